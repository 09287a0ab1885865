# Subsets of the BCG trials and the bivariate model of mada's AuditC data by metafor: Rscript beyond.R beyond.json
suppressMessages({library(metafor); library(jsonlite)})
target <- commandArgs(TRUE)[1]

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)[1:7, ]
subsets <- function(method) {
  g <- gosh(rma(yi, vi, data = bcg, method = method), progbar = FALSE)
  list(included = unname(g$incl * 1), res = lapply(g$res[c("k", "estimate", "tau2", "I2", "QE")[c("k", "estimate", "tau2", "I2", "QE") %in% names(g$res)]], c))
}

tp <- c(47, 126, 19, 36, 130, 84, 68, 752, 59, 142, 137, 57, 34, 152)
fn <- c(9, 51, 10, 3, 19, 2, 0, 0, 5, 50, 24, 3, 1, 51)
fp <- c(101, 272, 12, 78, 211, 68, 112, 3226, 55, 571, 107, 103, 21, 88)
tn <- c(738, 1543, 192, 276, 959, 89, 423, 2977, 136, 2788, 358, 437, 56, 264)
long <- data.frame(study = rep(seq_along(tp), 2), what = rep(c("sens", "spec"), each = length(tp)),
                   a = c(tp, tn) + 0.5, b = c(fn, fp) + 0.5)
bivariate <- function(method) {
  m <- rma.mv(log(a / b), 1 / a + 1 / b, mods = ~ what - 1, random = ~ what | study, struct = "UN", data = long,
              method = method, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 5000))
  list(beta = unname(c(coef(m))), vcov = unname(m$vb), tau2 = m$tau2, rho = m$rho, ll = c(logLik(m)))
}
write_json(list(data = list(yi = c(bcg$yi), vi = bcg$vi), gosh = list(DL = subsets("DL"), EE = subsets("EE")),
                auditc = list(REML = bivariate("REML"), ML = bivariate("ML"))),
           target, digits = 16, auto_unbox = TRUE)
