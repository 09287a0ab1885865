# Reference cases of pooling and everything around one fit, in the schema that `python -m synthesis.stats verify`
# reads. Rscript pooling.R [out.json [seed]]: without a seed the tables are fixed; with one they are drawn at random.
# metafor's own stopping rules are loose and absolute, so every fit is repeated here with tight, scaled ones.
suppressPackageStartupMessages(library(metafor))
argv <- commandArgs(trailingOnly = TRUE)
out <- if (length(argv) > 0) argv[1] else "pooling.json"
seed <- if (length(argv) > 1) as.integer(argv[2]) else NA

json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", parts, collapse = ","), "}"))
  }
  one <- function(v) if (is.na(v)) "null" else if (is.character(v)) paste0("\"", v, "\"") else if (is.logical(v)) tolower(as.character(v)) else if (is.infinite(v)) paste0("\"", if (v > 0) "" else "-", "Inf\"") else sprintf("%.15g", v)
  parts <- vapply(x, one, "")
  if (length(x) == 1 && !inherits(x, "AsIs")) parts else paste0("[", paste(parts, collapse = ","), "]")
}

if (is.na(seed)) {
  b <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
  tables <- list(
    bcg = data.frame(yi = as.numeric(b$yi), vi = as.numeric(b$vi), ni = attr(b$yi, "ni"), ablat = b$ablat, year = b$year, alloc = as.character(b$alloc)),
    three = data.frame(yi = c(.1, .2, .15), vi = c(.05, .02, .1), ni = c(40, 90, 20)),
    tiny = data.frame(yi = c(1, 3, 2, 5, 4, 9) * 1e-5, vi = c(1, 2, 1, 3, 1, 2) * 1e-11, ni = c(90, 50, 90, 30, 90, 50)),
    year = data.frame(yi = c(.3, .1, .5, .2, .8, .4, .9), vi = c(.02, .05, .01, .03, .06, .02, .04), ni = c(80, 30, 150, 55, 25, 80, 40), year = c(1987, 1991, 1994, 1999, 2003, 2010, 2015))
  )
} else {
  set.seed(seed)
  tables <- lapply(setNames(nm = c("a", "b", "c", "d")), function(name) {
    k <- sample(3:25, 1); vi <- exp(rnorm(k, -3, runif(1, .3, 2)))
    data.frame(yi = rnorm(k, .3, sqrt(vi + sample(c(0, .01, .1, 1), 1))), vi, ni = ceiling(4 / vi), ablat = runif(k, 0, 60), year = sample(1950:2020, k), alloc = sample(c("alternate", "random", "systematic"), k, replace = TRUE))
  })
}
cells <- list(ai = c(4, 6, 3, 62, 0, 11, 0), bi = c(119, 300, 228, 1353, 25, 5, 20), ci = c(11, 29, 11, 248, 2, 4, 0), di = c(128, 274, 209, 1261, 21, 13, 22))
if (!is.na(seed)) { k <- sample(4:15, 1); n1 <- sample(10:200, k, TRUE); n2 <- sample(10:200, k, TRUE); p <- runif(1, .01, .4); cells$ai <- rbinom(k, n1, p); cells$ci <- rbinom(k, n2, p); cells$bi <- n1 - cells$ai; cells$di <- n2 - cells$ci }
rates <- list(x1i = c(3, 10, 2, 25), t1i = c(100.5, 250, 40, 612), x2i = c(5, 4, 2, 31), t2i = c(120, 230, 44, 580))

tight <- function(d) { s <- max(var(d$yi), mean(d$vi)); list(threshold = 1e-13 * s, maxiter = 20000, tol = 1e-12 * s, tau2.max = 1e4 * s, stepadj = .5) }
fit <- function(d, method, test = "z", ...) suppressWarnings(rma(yi, vi, data = d, method = method, test = test, control = tight(d), ...))
cases <- list()
add <- function(family, table, args, value, tol) {
  r <- try(suppressWarnings(value), silent = TRUE)
  if (!inherits(r, "try-error")) cases[[length(cases) + 1]] <<- list(id = sprintf("%s/%s/%03d", table, family, length(cases) + 1), family = family, desc = "", table = table, args = args, tol = tol, out = r)
}
v <- function(x) I(as.numeric(x))
test_out <- function(f) { p <- predict(f); c(list(se = f$se, df = if (f$test == "z") NULL else f$ddf, pval = f$pval, ci_lb = f$ci.lb, ci_ub = f$ci.ub, s2w = f$s2w), if (f$method != "EE") list(pi_lb = p$pi.lb, pi_ub = p$pi.ub)) }

for (t in names(tables)) {
  d <- tables[[t]]
  for (m in c("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")) for (l in c(95, 90)) {
    tol <- if (m %in% c("EE", "DL", "HE", "HS", "HSk", "SJ")) "exact" else "iter"
    tests <- c("z", "t", "knha", "adhoc")
    add("rma.uni", t, list(method = m, weighted = TRUE, weights = NULL, level = l, tests = I(tests)), {
      f <- fit(d, m, level = l)
      list(k = f$k, beta = f$beta[1], tau2 = f$tau2, se_tau2 = if (m == "EE") NULL else f$se.tau2, I2 = f$I2, H2 = f$H2, QE = f$QE, QEp = f$QEp, weights_pct = v(weights(f)),
           fit = if (m %in% c("EE", "ML", "REML")) list(ll = as.numeric(logLik(f)), AIC = AIC(f), BIC = BIC(f)) else NULL,
           tests = setNames(lapply(tests, function(s) test_out(fit(d, m, s, level = l))), tests))
    }, tol)
    if (l == 90) next
    if (m %in% c("EE", "DL", "REML", "PM", "ML")) for (s in c("z", "knha")) {
      a <- list(method = m, test = s)
      add("leave1out", t, a, { o <- leave1out(fit(d, m, s)); list(estimate = v(o$estimate), se = v(o$se), pval = v(o$pval), ci_lb = v(o$ci.lb), ci_ub = v(o$ci.ub), Q = v(o$Q), Qp = v(o$Qp), tau2 = if (m == "EE") NULL else v(o$tau2), I2 = v(o$I2), H2 = v(o$H2)) }, tol)
      add("cumul", t, c(a, list(order = I(order(d$vi)))), { o <- cumul(fit(d, m, s), order = d$vi); list(estimate = v(o$estimate), se = v(o$se), ci_lb = v(o$ci.lb), ci_ub = v(o$ci.ub), Q = v(o$Q), tau2 = if (m == "EE") NULL else v(o$tau2)) }, tol)
      add("influence", t, a, { o <- influence(fit(d, m, s)); i <- o$inf; list(rstudent = v(i$rstudent), dffits = v(i$dffits), cook_d = v(i$cook.d), cov_r = v(i$cov.r), tau2_del = v(i$tau2.del), QE_del = v(i$QE.del), hat = v(i$hat), dfbs = v(o$dfbs[[1]]), is_infl = I(as.logical(o$is.infl))) }, tol)
    }
    for (x in intersect(c("~ablat", "~year", "~ablat + year", "~ablat * year", "~alloc"), if (is.null(d$alloc)) "~year" else c("~ablat", "~year", "~ablat + year", "~ablat * year", "~alloc"))) if (!is.null(d$year) && nrow(d) > 4) for (s in c("z", "knha"))
      add("rma.uni.mods", t, list(method = m, test = s, formula = x, level = 95), {
        # Centred moderators where that leaves the coefficients to be compared unchanged, for digits' sake.
        f <- fit(d, m, s, mods = as.formula(x))
        list(k = f$k, beta = v(f$beta), se = v(f$se), pval = v(f$pval), ci_lb = v(f$ci.lb), ci_ub = v(f$ci.ub), s2w = f$s2w, tau2 = f$tau2, se_tau2 = if (m == "EE") NULL else f$se.tau2, I2 = f$I2, H2 = f$H2, QE = f$QE, QM = f$QM, QMp = f$QMp)
      }, "reg")
  }
  for (l in c(95, 80)) add("tau2_ci", t, list(type = "QP", method = "REML", level = l), { o <- confint(fit(d, "REML"), level = l, control = list(tol = tight(d)$tol, maxiter = 20000)); list(tau2_lb = o$random[1, 2], tau2_ub = o$random[1, 3], I2_lb = o$random[3, 2], I2_ub = o$random[3, 3]) }, "iter")
  for (m in c("ML", "REML")) add("tau2_ci", t, list(type = "PL", method = m, level = 95), { o <- confint(fit(d, m), type = "PL", control = list(tol = tight(d)$tol, maxiter = 20000)); list(tau2_lb = o$random[1, 2], tau2_ub = o$random[1, 3]) }, "iter")
  for (s in c("z", "knha")) add("blup", t, list(method = "REML", test = s, level = 95), { o <- blup(fit(d, "REML", s)); list(pred = v(o$pred), se = v(o$se), pi_lb = v(o$pi.lb), pi_ub = v(o$pi.ub)) }, "iter")
  add("baujat", t, list(method = "REML"), { grDevices::pdf(NULL); o <- baujat(fit(d, "REML")); list(x = v(o$x), y = v(o$y)) }, "iter")
}
for (m in c("OR", "RR", "RD", "IRR", "IRD")) for (correct in c(TRUE, FALSE)) {
  rate <- m %in% c("IRR", "IRD")
  add("rma.mh", if (rate) "rates" else "cells", list(measure = m, correct = correct, add = I(c(.5, 0)), to = I(c("only0", "none")), drop00 = I(c(TRUE, FALSE)), level = 95), {
    f <- do.call(rma.mh, c(list(measure = m, correct = correct), if (rate) rates else cells))
    list(k = f$k, beta = as.numeric(f$beta), se = f$se, pval = f$pval, ci_lb = f$ci.lb, ci_ub = f$ci.ub, QE = f$QE, QEp = f$QEp, I2 = f$I2, MH = f$MH, MHp = f$MHp, BD = f$BD, BDp = f$BDp, TA = f$TA, TAp = f$TAp)
  }, "exact")
}
add("rma.peto", "cells", list(level = 95), { f <- do.call(rma.peto, cells); list(k = f$k, beta = as.numeric(f$beta), se = f$se, pval = f$pval, QE = f$QE, QEp = f$QEp, I2 = f$I2) }, "exact")

role <- c(lapply(tables, function(d) list(role = "effects", columns = lapply(d, I))), list(cells = list(role = "raw", columns = lapply(cells, I)), rates = list(role = "raw", columns = lapply(rates, I))))
tolerances <- list(exact = list(rtol = 1e-9, atol = 1e-11), reg = list(rtol = 1e-6, atol = 1e-8), iter = list(rtol = 1e-6, atol = 1e-8))
cat("{\"schema\":1,\"dataset\":\"pooling\",\"versions\":{\"R\":\"", as.character(getRversion()), "\",\"metafor\":\"", as.character(packageVersion("metafor")), "\"},\n\"tolerances\":", json(tolerances), ",\n\"tables\":", json(role), ",\n\"cases\":[\n", paste(vapply(cases, json, ""), collapse = ",\n"), "\n]}\n", sep = "", file = out)
