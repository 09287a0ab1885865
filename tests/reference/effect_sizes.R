# Every effect size measure of metafor 3.8-1 under every variance type it accepts, on one small made-up table per
# kind of data. Writes effect_sizes.json beside this file: Rscript effect_sizes.R
suppressPackageStartupMessages(library(metafor))

tables <- list(
  twobytwo = data.frame(ai = c(4, 6, 3, 62, 0, 11), bi = c(119, 300, 228, 13536, 25, 5), ci = c(11, 29, 11, 248, 2, 4), di = c(128, 274, 209, 12619, 21, 13), ri = c(.1, .3, 0, .5, .2, -.1)),
  twomeans = data.frame(m1i = c(10.2, 12, 8, 15.5), sd1i = c(2, 3.1, 1.5, 4), n1i = c(12, 40, 7, 150), m2i = c(9, 13, 6.5, 14), sd2i = c(2.2, 2.5, 1.9, 3.5), n2i = c(14, 35, 9, 160)),
  rates = data.frame(x1i = c(3, 10, 0, 25), t1i = c(100.5, 250, 40, 612), x2i = c(5, 4, 2, 31), t2i = c(120, 230, 44, 580)),
  counts = data.frame(xi = c(3, 0, 20, 45), ni = c(50, 12, 20, 180)),
  persontime = data.frame(xi = c(3, 0, 20, 45), ti = c(50.5, 12, 20.2, 180)),
  means = data.frame(mi = c(10.2, 12, 8, 15.5), sdi = c(2, 3.1, 1.5, 4), ni = c(12, 40, 7, 150)),
  correlations = data.frame(ri = c(.2, -.45, .8, .01), ni = c(20, 55, 12, 300)),
  partial = data.frame(ti = c(2.5, -1.2, 4.1, .3), ni = c(40, 60, 33, 120), mi = c(2, 3, 1, 5), r2i = c(.3, .2, .5, .1)),
  change = data.frame(m1i = c(30, 24, 18.5), m2i = c(25, 25, 15), sd1i = c(6, 5, 3), sd2i = c(7, 4.5, 4), ni = c(20, 45, 9), ri = c(.5, .7, .3)),
  alpha = data.frame(ai = c(.93, .7, .85), mi = c(20, 5, 12), ni = c(103, 40, 220))
)
measures <- list(
  twobytwo = c("RR", "OR", "RD", "AS", "PETO", "PHI", "YUQ", "YUY", "RTET", "PBIT", "OR2D", "OR2DN", "OR2DL", "MPRD", "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM"),
  twomeans = c("MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "CVR", "VR", "RPB", "RBIS", "D2OR", "D2ORN", "D2ORL"),
  rates = c("IRR", "IRD", "IRSD"),
  counts = c("PR", "PLN", "PLO", "PAS", "PFT"), persontime = c("IR", "IRLN", "IRS", "IRFT"),
  means = c("MN", "SMN", "MNLN", "CVLN", "SDLN"), correlations = c("COR", "UCOR", "ZCOR"),
  partial = c("PCOR", "ZPCOR", "SPCOR"), change = c("MC", "SMCC", "SMCR", "SMCRH", "ROMC", "CVRC", "VRC"),
  alpha = c("ARAW", "AHW", "ABT")
)
vtypes <- c("LS", "LS2", "UB", "AV", "HO", "AVHO", "ST", "CS", "BU")
rules <- list(list(), list(add = .5, to = "all"), list(add = .25, to = "if0all"), list(to = "none"), list(add = 1/2, to = "only0", drop00 = TRUE))

num <- function(x) paste0("[", paste(ifelse(is.finite(x), sprintf("%.15g", x), "null"), collapse = ","), "]")
lines <- character()
for (kind in names(tables)) for (m in measures[[kind]]) for (v in vtypes) for (i in seq_along(rules)) {
  rule <- rules[[i]]
  if (length(rule) && (!kind %in% c("twobytwo", "rates", "counts", "persontime") || v != "LS")) next
  d <- tables[[kind]]
  if (kind == "twobytwo" && m != "MPORM") d$ri <- NULL
  if (kind == "partial" && m != "SPCOR") d$r2i <- NULL
  warned <- FALSE
  e <- try(withCallingHandlers(do.call(escalc, c(list(measure = m, vtype = v), d, rule)), warning = function(w) invokeRestart("muffleWarning")), silent = TRUE)
  if (inherits(e, "try-error")) next
  arg <- paste0(",\"", names(rule), "\":", vapply(rule, function(x) if (is.character(x)) paste0("\"", x, "\"") else if (is.logical(x)) tolower(as.character(x)) else sprintf("%.15g", x), ""), collapse = "")
  lines <- c(lines, sprintf("{\"measure\":\"%s\",\"table\":\"%s\",\"vtype\":\"%s\"%s,\"yi\":%s,\"vi\":%s}", m, kind, v, if (length(rule)) arg else "", num(as.numeric(e$yi)), num(as.numeric(e$vi))))
}
tab <- vapply(names(tables), function(n) sprintf("\"%s\":{%s}", n, paste0("\"", names(tables[[n]]), "\":", vapply(tables[[n]], num, ""), collapse = ",")), "")
cat("{\"versions\":{\"metafor\":\"", as.character(packageVersion("metafor")), "\"},\n\"tables\":{", paste(tab, collapse = ",\n"), "},\n\"cases\":[\n", paste(lines, collapse = ",\n"), "\n]}\n", sep = "", file = "effect_sizes.json")
