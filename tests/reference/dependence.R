# Reference cases of dependent effects, mixed models and location-scale models, in the schema that
# `python -m synthesis.stats verify` reads. Rscript dependence.R [out.json [seed]]: without a seed the tables are
# fixed; with one they are drawn at random. CR1, CR1S, CR2 and CR3 come from clubSandwich, robumeta from robumeta.
suppressPackageStartupMessages({ library(metafor); library(clubSandwich); library(robumeta) })
argv <- commandArgs(trailingOnly = TRUE)
out <- if (length(argv) > 0) argv[1] else "dependence.json"
seed <- if (length(argv) > 1) as.integer(argv[2]) else NA

json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", parts, collapse = ","), "}"))
  }
  one <- function(v) if (is.na(v)) "null" else if (is.character(v)) paste0("\"", v, "\"") else if (is.logical(v)) tolower(as.character(v)) else sprintf("%.12g", v)
  parts <- vapply(x, one, "")
  if (length(x) == 1 && !inherits(x, "AsIs")) parts else paste0("[", paste(parts, collapse = ","), "]")
}
v <- function(x) I(as.numeric(x))
s <- function(x) I(as.character(x))

set.seed(if (is.na(seed)) 7 else seed)
m <- 14
sizes <- sample(1:4, m, TRUE); sizes[1:6] <- 2:3
k <- sum(sizes)
effects <- data.frame(study = rep(seq_len(m), sizes), eid = seq_len(k), lab = sample(c("a", "b", "c", "d", "e"), k, TRUE), vi = round(exp(rnorm(k, -3, .5)), 4))
effects$wave <- ave(effects$eid, effects$study, FUN = seq_along)
effects$kind <- ifelse(effects$wave %% 2 == 1, "x", "y")
effects$dose <- round(rnorm(m)[effects$study] + rnorm(k, 0, .5), 2)
effects$yi <- round(.3 + .1 * effects$dose + rnorm(m, 0, .3)[effects$study] + rnorm(5, 0, .25)[match(effects$lab, letters)] + rnorm(k, 0, sqrt(.04 + effects$vi)), 4)
n1 <- sample(30:200, 12, TRUE); n2 <- sample(30:200, 12, TRUE); base <- plogis(rnorm(12, -1.5, .6))
cells <- data.frame(ai = rbinom(12, n1, plogis(qlogis(base) - .4 + rnorm(12, 0, .5))), ci = rbinom(12, n2, base))
cells$bi <- n1 - cells$ai; cells$di <- n2 - cells$ci; cells$year <- seq(-5.5, 5.5)
rates <- data.frame(t1i = sample(50:400, 10, TRUE), t2i = sample(50:400, 10, TRUE))
rates$x1i <- rpois(10, rates$t1i * .1 * exp(rnorm(10, -.3, .4))); rates$x2i <- rpois(10, rates$t2i * .1)
single <- data.frame(xi = rates$x1i, ti = rates$t1i, ni = rates$x1i + rates$t1i)
tables <- list(effects = effects, cells = cells, rates = rates, single = single)

cases <- list()
add <- function(family, table, args, value, tol) {
  r <- try(suppressWarnings(suppressMessages(value)), silent = TRUE)
  if (!inherits(r, "try-error")) cases[[length(cases) + 1]] <<- list(id = sprintf("%s/%s/%03d", table, family, length(cases) + 1), family = family, desc = "", table = table, args = args, tol = tol, out = r)
}
mv <- function(random, struct, method, mods, test = "z", V = effects$vi) {
  f <- lapply(random, as.formula)
  a <- list(yi = effects$yi, V = V, random = f, method = method, test = test, data = effects, control = list(rel.tol = 1e-10))
  if (!is.null(mods)) a$mods <- as.formula(mods)
  if (!is.null(struct)) a$struct <- struct
  do.call(rma.mv, a)
}
models <- list(
  list("~1 | study/eid", NULL), list(c("~1 | study/eid", "~1 | lab"), NULL), list("~1 | study", NULL),
  list("~kind | study", "CS"), list("~kind | study", "HCS"), list("~kind | study", "UN"), list("~kind | study", "DIAG"),
  list("~wave | study", "AR"), list("~wave | study", "ID")
)
for (one in models) for (method in c("REML", "ML")) for (mods in list(NULL, "~dose")) {
  add("rma.mv", "effects", list(method = method, test = "z", random = I(one[[1]]), struct = one[[2]], V = "diag(vi)", mods = mods, level = 95), {
    r <- mv(one[[1]], one[[2]], method, mods)
    nested <- is.null(one[[2]])
    list(k = r$k, beta = v(r$beta), se = v(r$se), pval = v(r$pval), ci_lb = v(r$ci.lb), ci_ub = v(r$ci.ub), sigma2 = if (nested) v(r$sigma2), tau2 = if (!nested) v(r$tau2), rho = if (one[[2]] %in% c("CS", "HCS", "UN", "AR") && !nested) v(r$rho), QE = r$QE, QM = r$QM, QMp = r$QMp, ll = as.numeric(logLik(r)), AIC = AIC(r), BIC = BIC(r))
  }, "opt")
}
V <- outer(sqrt(effects$vi), sqrt(effects$vi)) * .6 * outer(effects$study, effects$study, "=="); diag(V) <- effects$vi
words <- "block compound symmetry: cov = 0.6*sqrt(vi*vj) within study"
for (mods in list(NULL, "~dose")) for (W in c("diag(vi)", words)) {
  base <- mv("~1 | study/eid", NULL, "REML", mods, V = if (W == words) V else effects$vi)
  args <- list(model = "rma.mv", method = "REML", random = I("~1 | study/eid"), struct = NULL, V = W, mods = mods, cluster = "study")
  for (type in c("CR0", "CR1p")) add("robust", "effects", c(args, list(type = type, df = "n_clusters - p")), {
    r <- robust(base, cluster = effects$study, adjust = type == "CR1p")
    list(beta = v(r$beta), se = v(r$se), pval = v(r$pval), ci_lb = v(r$ci.lb), ci_ub = v(r$ci.ub))
  }, "opt")
  for (type in c("CR1", "CR1S", "CR2", "CR3")) add("robust", "effects", c(args, list(type = type, df = "Satterthwaite")), {
    r <- coef_test(base, vcov = type, cluster = effects$study)
    list(beta = v(r$beta), se = v(r$SE), df = v(r$df_Satt), pval = v(r$p_Satt))
  }, "opt")
}
for (form in c("yi ~ 1", "yi ~ dose")) for (w in c("CORR", "HIER")) for (small in c(TRUE, FALSE)) {
  add("robumeta", "effects", list(modelweights = w, small = small, rho = .8, studynum = "study", formula = form), {
    r <- robu(as.formula(form), data = effects, studynum = study, var.eff.size = vi, modelweights = w, small = small, rho = .8)
    t <- r$reg_table
    list(beta = v(t$b.r), se = v(t$SE), df = v(t$dfs), pval = v(t$prob), tau2 = as.numeric(r$mod_info$tau.sq), omega2 = if (w == "HIER") as.numeric(r$mod_info$omega.sq))
  }, "iter")
}
for (rho in c(0, .5, .9)) for (w in c(TRUE, FALSE)) add("aggregate", "effects", list(cluster = "study", struct = "CS", rho = rho, weighted = w), {
  r <- aggregate(escalc(yi = yi, vi = vi, data = effects), cluster = study, struct = "CS", rho = rho, weighted = w)
  list(cluster = s(r$study), yi = v(r$yi), vi = v(r$vi))
}, "exact")
for (method in c("REML", "ML")) add("rma.ls", "effects", list(method = method, test = "z", mods = "~dose", scale = "~dose", link = "log"), {
  r <- rma(yi, vi, mods = ~dose, scale = ~dose, data = effects, method = method, control = list(rel.tol = 1e-10))
  list(beta = v(r$beta), se = v(r$se), alpha = v(r$alpha), se_alpha = v(r$se.alpha), QS = r$QS, ll = as.numeric(logLik(r)))
}, "hess")
mixed <- function(r) list(k = r$k, beta = v(r$beta), se = v(r$se), pval = v(r$pval), tau2 = r$tau2, sigma2 = if (is.na(r$sigma2)) NULL else r$sigma2, I2 = r$I2, QE_Wld = r$QE.Wld, QE_LRT = r$QE.LRT, QM = r$QM, ll = as.numeric(logLik(r)), AIC = AIC(r))
ask <- function(measure, model, method, nodes, mods) list(measure = measure, model = model, method = method, nAGQ = nodes, test = "z", mods = mods, level = 95)
hyper <- list(dnchgcalc = "dnoncenhypergeom")
for (method in c("ML", "EE")) {
  for (model in c("UM.FS", "UM.RS", "CM.EL", "CM.AL")) for (mods in list(NULL, "~year")) {
    if (model == "CM.EL" && (method == "EE" || !is.null(mods))) next
    nodes <- if (model == "UM.RS") 1 else 7
    add("rma.glmm", "cells", ask("OR", model, method, nodes, mods), {
      asked <- c(as.list(cells[c("ai", "bi", "ci", "di")]), list(measure = "OR", model = model, method = method, nAGQ = nodes, control = hyper))
      if (!is.null(mods)) asked$mods <- cbind(year = cells$year)
      mixed(do.call(rma.glmm, asked))
    }, "glmm")
  }
  for (model in c("UM.FS", "UM.RS", "CM.EL")) {
    nodes <- if (model == "UM.RS") 1 else 7
    add("rma.glmm", "rates", ask("IRR", model, method, nodes, NULL), mixed(rma.glmm(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = rates, model = model, method = method, nAGQ = nodes)), "glmm")
  }
  add("rma.glmm", "single", ask("PLO", NULL, method, 7, NULL), mixed(rma.glmm(measure = "PLO", xi = xi, ni = ni, data = single, method = method, nAGQ = 7)), "glmm")
  add("rma.glmm", "single", ask("IRLN", NULL, method, 7, NULL), mixed(rma.glmm(measure = "IRLN", xi = xi, ti = ti, data = single, method = method, nAGQ = 7)), "glmm")
}

sink(out)
cat("{\"schema\":1,\"dataset\":\"dependence\",\"versions\":", json(list(R = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor")), clubSandwich = as.character(packageVersion("clubSandwich")), robumeta = as.character(packageVersion("robumeta")))), ",\n", sep = "")
cat("\"tolerances\":{\"exact\":{\"rtol\":1e-09,\"atol\":1e-11},\"iter\":{\"rtol\":1e-06,\"atol\":1e-08},\"opt\":{\"rtol\":1e-04,\"atol\":1e-05},\"hess\":{\"rtol\":2e-03,\"atol\":1e-04},\"glmm\":{\"rtol\":5e-03,\"atol\":5e-04}},\n")
cat("\"tables\":", json(lapply(tables, function(t) list(role = "effects", columns = lapply(t, I)))), ",\n\"cases\":[\n", sep = "")
cat(vapply(cases, json, ""), sep = ",\n")
cat("\n]}\n")
sink()
