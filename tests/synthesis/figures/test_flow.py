"""The PRISMA flow diagram: boxes where the template has them, arrows between them, nothing on top of anything."""

from __future__ import annotations

import time

import pytest

from synthesis.figures import svg
from synthesis.figures.drawing import Drawing, Group, Polygon, Rect, Text
from synthesis.figures.flow import FlowBox, FlowDiagram, FlowLine, describe, draw
from synthesis.figures.flow_diagram import BoxId
from tests.synthesis.figures import boxes

LEFT: tuple[BoxId, ...] = ("box2", "box3", "box4", "box5", "box6", "box7", "box8", "box9", "box10")
RIGHT: tuple[BoxId, ...] = ("box11", "box12", "box13", "box14", "box15")
UPDATE: tuple[BoxId, ...] = ("box1", "box16", "box17", "open")


def diagram(*idents: BoxId, reasons: int = 0) -> FlowDiagram:
    found = []
    for n, ident in enumerate(idents):
        lines = [FlowLine(f"What stands in {ident}", n, f"/records/?box={ident}")]
        if ident in {"box9", "box15"}:
            lines += [
                FlowLine(f"Reason {r} 非随机对照试验, which takes some words", r, indent=1)
                for r in range(reasons)
            ]
        found.append(FlowBox(ident, tuple(lines)))
    return FlowDiagram("PRISMA 2020 flow diagram", tuple(found))


def busy_diagram() -> FlowDiagram:
    return diagram(*LEFT, *RIGHT, *UPDATE, reasons=15)


def frames(drawing: Drawing) -> dict[str, boxes.Box]:
    return {
        item.ident.removeprefix("flow-"): boxes.of_shape(shape)
        for item in drawing.items
        if isinstance(item, Group)
        for shape in item.shapes
        if isinstance(shape, Rect)
    }


@pytest.mark.parametrize(
    "idents",
    [LEFT, LEFT + RIGHT, LEFT + RIGHT + UPDATE, LEFT + UPDATE, ("box2",), (*LEFT, "open"), (*LEFT, "box17")],
)
@pytest.mark.parametrize("reasons", [0, 1, 15])
def test_boxes_and_words_keep_apart(idents: tuple[BoxId, ...], reasons: int) -> None:
    drawing = draw(diagram(*idents, reasons=reasons))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.texts_on_marks(drawing) == []
    assert boxes.outside(drawing) == []
    placed = list(frames(drawing).values())
    assert len(placed) == len(idents)
    assert not [(a, b) for n, a in enumerate(placed) for b in placed[n + 1 :] if a.overlaps(b)]


def test_words_stay_in_their_box() -> None:
    for item in draw(busy_diagram()).items:
        if isinstance(item, Group):
            frame = next(boxes.of_shape(shape) for shape in item.shapes if isinstance(shape, Rect))
            for box in (boxes.of_text(shape) for shape in item.shapes if isinstance(shape, Text)):
                assert frame.left < box.left
                assert box.right < frame.right
                assert frame.top < box.top
                assert box.bottom < frame.bottom


def test_the_layout_is_that_of_the_template() -> None:
    at = frames(draw(busy_diagram()))
    for left, right in (
        ("box2", "box3"),
        ("box4", "box5"),
        ("box6", "box7"),
        ("box8", "box9"),
        ("box12", "box13"),
    ):
        assert at[left].top == at[right].top
        assert at[left].right < at[right].left
    main = ["box2", "box4", "box6", "box8", "box10"]
    assert [at[ident].top for ident in main] == sorted(at[ident].top for ident in main)
    assert len({at[ident].left for ident in main}) == 1
    assert at["box9"].right < at["box14"].left


def test_every_arrow_ends_at_a_box() -> None:
    drawing = draw(busy_diagram())
    at = frames(drawing)
    tips = [shape.points[0] for shape in drawing.shapes() if isinstance(shape, Polygon)]
    assert len(tips) == 16
    for x, y in tips:
        assert any(
            (x in (box.left, box.right) and box.top <= y <= box.bottom)
            or (y == box.top and box.left < x < box.right)
            for box in at.values()
        )


def test_arrows_cross_no_box() -> None:
    drawing = draw(busy_diagram())
    at = frames(drawing)
    arrows = [boxes.of_shape(s) for item in drawing.items if not isinstance(item, Group) for s in [item]]
    lines = [box for box in arrows if box.what in {"line", "polygon"}]
    assert lines
    for box in at.values():
        inner = boxes.Box(box.left + 0.1, box.top + 0.1, box.right - 0.1, box.bottom - 0.1, box.what)
        widened = [
            boxes.Box(a.left - 0.05, a.top - 0.05, a.right + 0.05, a.bottom + 0.05, a.what) for a in lines
        ]
        assert not [line for line in widened if line.overlaps(inner)]


def test_every_count_is_a_link_with_a_name_of_its_own() -> None:
    links = [
        run
        for shape in draw(busy_diagram()).shapes()
        if isinstance(shape, Text)
        for run in shape.runs
        if run.href
    ]
    assert [link.href for link in links] == [
        f"/records/?box={ident}"
        for ident in ("box1", *LEFT[:-1], *RIGHT, "box10", "box16", "box17", "open")
    ]  # fmt: skip
    assert links[1].label == "What stands in box2: 0"


def test_the_text_alternative_says_every_line() -> None:
    said = describe(
        FlowDiagram(
            "Flow",
            (
                FlowBox("box4", (FlowLine("Records screened", 160),)),
                FlowBox("box2", (FlowLine("Records identified from:"), FlowLine("Databases", 238, indent=1))),
            ),
        )
    )
    assert said == "PRISMA 2020 flow diagram. Records identified from: Databases 238. Records screened 160."


def test_a_box_prisma_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no box called box99"):
        FlowDiagram("Flow", (FlowBox("box99", ()),))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="once only"):
        FlowDiagram("Flow", (FlowBox("box2", ()), FlowBox("box2", ())))


def test_the_diagram_of_a_page_takes_milliseconds() -> None:
    svg.write(draw(busy_diagram()), inline=True)
    start = time.perf_counter()
    for _ in range(5):
        svg.write(draw(busy_diagram()), inline=True)
    # About 4 ms here; the bound is for a busy machine.
    assert (time.perf_counter() - start) / 5 < 0.05
