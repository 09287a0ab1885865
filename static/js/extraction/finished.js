/* A finished sheet: nothing is typed into it any more, but what is folded away can still be looked at. */
import { foldFurther } from "./further.js";

foldFurther(document.querySelector("[data-sheet]"));
