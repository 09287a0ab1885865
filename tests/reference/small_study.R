# Small-study effects in metafor 3.8-1 and R's lm on one made-up set of trials. Writes small_study.json beside this file,
# in the format that `python -m synthesis.stats verify` reads: Rscript small_study.R
suppressPackageStartupMessages({library(metafor); library(jsonlite)})

trials <- data.frame(
  ai = c(4, 12, 7, 21, 9, 3, 30, 16, 2, 45, 11, 5), bi = c(31, 60, 40, 130, 44, 22, 300, 95, 18, 520, 39, 27),
  ci = c(11, 20, 9, 30, 19, 9, 33, 15, 8, 50, 12, 13), di = c(25, 55, 41, 120, 33, 17, 310, 99, 11, 515, 40, 20))
es <- escalc("OR", ai = ai, bi = bi, ci = ci, di = di, data = trials)
yi <- as.numeric(es$yi); vi <- as.numeric(es$vi); ni <- rowSums(trials); size <- as.numeric(scale(log(ni), scale = FALSE))

n <- function(x) signif(as.numeric(x), 13)
cases <- list()
case <- function(family, tol, args, out) cases[[length(cases) + 1]] <<- list(id = sprintf("trials#%02d", length(cases) + 1), family = family, table = "trials", args = args, tol = tol, out = out)
tight <- function(method, ...) rma(yi, vi, ni = ni, method = method, control = list(threshold = 1e-14, maxiter = 10000), ...)

for (p in c("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")) {
  x <- regtest(yi, vi, ni = ni, model = "lm", predictor = p, ret.fit = TRUE); b <- summary(x$fit)
  case("regtest", "reg", list(model = "lm", predictor = p), list(stat = n(x$zval), df = x$dfs, pval = n(x$pval), limit_est = n(x$est), limit_ci_lb = n(x$ci.lb), limit_ci_ub = n(x$ci.ub), beta = n(coef(b)[, 1]), se = n(coef(b)[, 2]), dispersion = n(b$sigma^2)))
  for (m in c("EE", "REML")) for (t in c("z", "knha")) {
    x <- regtest(tight(m, test = t), predictor = p, ret.fit = TRUE)
    case("regtest", "iter", list(model = "rma", method = m, test = t, predictor = p), list(stat = n(x$zval), df = if (t == "z") NA else x$ddf, pval = n(x$pval), limit_est = n(x$est), limit_ci_lb = n(x$ci.lb), limit_ci_ub = n(x$ci.ub), beta = n(x$fit$beta), se = n(x$fit$se), tau2 = n(x$fit$tau2)))
  }
}
x <- ranktest(yi, vi); case("ranktest", "exact", list(exact = TRUE), list(tau = n(x$tau), pval = n(x$pval)))
for (m in c("EE", "DL", "REML")) for (e in c("L0", "R0", "Q0")) for (s in c("left", "right")) {
  x <- try(trimfill(tight(m), side = s, estimator = e), silent = TRUE)
  if (inherits(x, "try-error")) next
  f <- rma(x$yi, x$vi, method = m, control = list(threshold = 1e-14, maxiter = 10000)) # trimfill itself refits loosely
  case("trimfill", "iter", list(method = m, estimator = e, side = s, test = "z"), list(side = x$side, k0 = x$k0, se_k0 = n(x$se.k0), p_k0 = n(x$p.k0), k = x$k, beta = n(f$beta), se = n(f$se), tau2 = n(f$tau2), filled_yi = I(n(x$yi[x$fill])), filled_vi = I(n(x$vi[x$fill]))))
}
for (t in c("Rosenthal", "Rosenberg")) for (a in c(.05, .2)) { x <- fsn(yi, vi, type = t, alpha = a); case("fsn", "exact", list(type = t, alpha = a), list(fsnum = x$fsnum, pval = n(x$pval))) }
for (w in c(TRUE, FALSE)) { x <- fsn(yi, vi, type = "Orwin", weighted = w, target = .1); case("fsn", "exact", list(type = "Orwin", weighted = w, target = .1), list(fsnum = x$fsnum, meanes = n(x$meanes), target = n(x$target))) }
for (m in c("EE", "REML")) for (t in c("chi2", "binom", "exact")) for (a in c("two.sided", "less", "greater")) for (ta in c("greater", "two.sided", "less")) {
  x <- tes(tight(m), test = t, alternative = a, alpha = .1, tes.alternative = ta, progbar = FALSE)
  case("tes", "iter", list(method = m, test = t, alternative = a, alpha = .1, tes.alternative = ta, tes.alpha = .1), list(k = x$k, O = x$O, E = n(x$E), OE = n(x$OEratio), pval = n(x$pval)))
}
for (a in c("greater", "less", "two.sided")) for (m in c("EE", "ML")) for (s in list(c(.025), c(.025, .5), c(.2, .6))) {
  x <- try(selmodel(tight(m), type = "stepfun", alternative = a, steps = s), silent = TRUE)
  if (!inherits(x, "try-error")) case("selmodel", "opt", list(method = m, type = "stepfun", steps = I(s), alternative = a), list(k = x$k, beta = n(x$beta), se = n(x$se), tau2 = n(x$tau2), se_tau2 = n(x$se.tau2), delta = n(x$delta), se_delta = n(x$se.delta), ll = n(c(logLik(x))), LRT = n(x$LRT), LRT_df = x$LRTdf, LRT_tau2 = n(x$LRT.tau2), delta_at_bound = any(x$delta > 99.9 | x$delta < 1e-4)))
}
exact <- list(intCtrl = list(rel.tol = 1e-10, subdivisions = 1000))
smooth <- function(id, fit) if (inherits(try(fit, silent = TRUE), "try-error")) { message("metafor does not fit ", id); NULL } else list(id = id, beta = I(n(fit$beta)), se = I(n(fit$se)), tau2 = n(fit$tau2), delta = I(n(fit$delta)), se_delta = I(n(fit$se.delta)), ll = n(c(logLik(fit))))
res <- tight("ML")
models <- Filter(Negate(is.null), list(
  smooth("beta", selmodel(res, type = "beta", alternative = "less", control = exact)),
  smooth("halfnorm", selmodel(res, type = "halfnorm", alternative = "less", control = exact)),
  smooth("negexp", selmodel(res, type = "negexp", alternative = "less", control = exact)),
  smooth("logistic", selmodel(res, type = "logistic", alternative = "less", control = exact)),
  smooth("power", selmodel(res, type = "power", alternative = "less", control = exact)),
  smooth("two-sided halfnorm", selmodel(res, type = "halfnorm", alternative = "two.sided", control = exact)),
  smooth("two-sided beta", selmodel(res, type = "beta", alternative = "two.sided", control = exact)),
  smooth("negexp by sei", selmodel(res, type = "negexp", prec = "sei", alternative = "less", control = exact)),
  smooth("negexp above 0.1", selmodel(res, type = "negexp", steps = .1, alternative = "less", control = exact)),
  smooth("fixed negexppow", selmodel(res, type = "negexppow", delta = c(2, .7), alternative = "less", control = exact)),
  smooth("moderator", selmodel(rma(yi, vi, mods = ~ size, method = "ML"), type = "stepfun", steps = .1, alternative = "less"))))

line <- function(fit, term = 2) { s <- summary(fit); list(stat = n(coef(s)[term, 3]), df = fit$df.residual, pval = n(coef(s)[term, 4]), beta = n(coef(s)[, 1]), se = n(coef(s)[, 2])) }
counts <- within(trials, { n <- ai + bi + ci + di; z <- ai - (ai + bi) * (ai + ci) / n; v <- (ai + bi) * (ci + di) * (ai + ci) * (bi + di) / (n^2 * (n - 1)); w <- 1 / (1 / (ai + ci) + 1 / (bi + di)) })
regressions <- with(counts, list(
  harbord = line(lm(I(z / v) ~ I(1 / sqrt(v)), weights = v)), peters = line(lm(yi ~ I(1 / n), weights = w)),
  macaskill_pooled = line(lm(yi ~ n, weights = w)), macaskill_inverse = line(lm(yi ~ n, weights = 1 / vi)),
  pet = line(lm(yi ~ sqrt(vi), weights = 1 / vi), 1), peese = line(lm(yi ~ vi, weights = 1 / vi), 1)))

out <- list(schema = 1, dataset = "trials", versions = list(metafor = as.character(packageVersion("metafor"))),
  tolerances = list(exact = list(rtol = 1e-9, atol = 1e-11), reg = list(rtol = 1e-6, atol = 1e-8), iter = list(rtol = 1e-6, atol = 1e-8), opt = list(rtol = 1e-4, atol = 1e-5)),
  tables = list(trials = list(role = "effects", columns = c(as.list(trials), list(yi = n(yi), vi = n(vi), ni = ni, size = n(size))))),
  selection = models, regressions = regressions, cases = cases)
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
target <- if (length(commandArgs(TRUE))) commandArgs(TRUE)[1] else file.path(here, "small_study.json")
text <- toJSON(out, auto_unbox = TRUE, digits = NA, null = "null", na = "null")
write(gsub('},{"id"', '},\n{"id"', text, fixed = TRUE), target)
