# metafor's side of benchmarks/stats.py: the same closed-form data, medians of processor seconds and one check each.
suppressPackageStartupMessages(library(metafor))
argv <- commandArgs(trailingOnly = TRUE); out <- argv[1]; repeats <- as.integer(argv[2])
frac <- function(i, s) i * s - floor(i * s)
effects <- function(k, moderators = FALSE) {
  i <- seq_len(k); vi <- .005 + .15 * frac(i, 0.6180339887498949)^2
  x1 <- 10 * frac(i, sqrt(2)); x2 <- as.numeric(i %% 3 == 0); x3 <- frac(i, sqrt(3)) - .5
  mean <- if (moderators) .25 + .03 * x1 - .1 * x2 + .2 * x3 else .3
  data.frame(yi = mean + sqrt(vi + .04) * qnorm(.001 + .998 * frac(i, 0.7548776662466927)), vi, x1, x2, x3)
}
i <- 1:1000; n1 <- 40 + i %% 97; n2 <- 40 + (7 * i) %% 89
ai <- floor(n1 * (.05 + .25 * frac(i, 0.6180339887498949))); ci <- floor(n2 * (.08 + .3 * frac(i, 0.5698402909980532)))
cells <- data.frame(ai, bi = n1 - ai, ci, di = n2 - ci)
j <- 1:100000
smd <- data.frame(m1i = 10 + 2 * frac(j, 0.6180339887498949), sd1i = 1 + frac(j, 0.5698402909980532), n1i = 10 + j %% 61,
                  m2i = 9.5 + 2 * frac(j, 0.7548776662466927), sd2i = 1 + frac(j, sqrt(5)), n2i = 10 + (5 * j) %% 53)
d10 <- effects(10); d100 <- effects(100); d1k <- effects(1000); d2k <- effects(2000); d50 <- effects(50, TRUE); dr <- effects(1000, TRUE)
f100 <- rma(yi, vi, data = d100); f50 <- rma(yi, vi, mods = ~ x1, data = d50)
lines <- character()
bench <- function(name, inner, times, f) {
  check <- f(); seconds <- numeric(times)
  for (r in seq_len(times)) { t <- sum(proc.time()[1:2]); for (n in seq_len(inner)) f(); seconds[r] <- (sum(proc.time()[1:2]) - t) / inner }
  lines <<- c(lines, sprintf("\"%s\":{\"seconds\":%.9f,\"check\":%.15g}", name, median(seconds), as.numeric(check)))
}
bench("reml_k10", 30, repeats, function() rma(d10$yi, d10$vi)$tau2)
bench("reml_k100", 10, repeats, function() rma(d100$yi, d100$vi)$tau2)
bench("reml_k1000", 1, min(repeats, 3), function() rma(d1k$yi, d1k$vi)$tau2)
bench("reml_k2000", 1, 1, function() rma(d2k$yi, d2k$vi)$tau2)
bench("dl_k1000", 3, repeats, function() rma(d1k$yi, d1k$vi, method = "DL")$tau2)
bench("leave1out_k100", 1, min(repeats, 3), function() leave1out(f100)$estimate[1])
bench("influence_k100", 1, min(repeats, 3), function() influence(f100)$inf$cook.d[1])
bench("regression_k1000", 1, min(repeats, 3), function() rma(yi, vi, mods = ~ x1 + x2 + x3, data = dr)$tau2)
bench("permutations_k50", 1, 1, function() { set.seed(1); permutest(f50, iter = 1000, exact = FALSE, progbar = FALSE)$zval[2] })
bench("trimfill_k100", 3, repeats, function() trimfill(f100)$beta)
bench("q_profile_k100", 5, repeats, function() confint(f100)$random[1, 2])
bench("escalc_smd_100k", 1, repeats, function() sum(escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = smd, append = FALSE)$yi))
bench("mantel_haenszel_k1000", 5, repeats, function() rma.mh(ai, bi, ci, di, measure = "OR", data = cells)$beta)
cat("{", paste(lines, collapse = ",\n"), "}\n", sep = "", file = out)
