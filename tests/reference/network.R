# Networks of metadat as pairwise comparisons, with metafor's answers: Rscript network.R network.json
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
target <- commandArgs(TRUE)[1]

pairs_of <- function(d, study, arm, measure) {
  rows <- list()
  for (s in unique(d[[study]])) {
    one <- d[d[[study]] == s, ]
    one <- one[order(one[[arm]]), ]
    for (i in seq_len(nrow(one) - 1)) for (j in (i + 1):nrow(one))
      rows[[length(rows) + 1]] <- cbind(study = s, treat1 = one[[arm]][i], treat2 = one[[arm]][j], measure(one, i, j))
  }
  do.call(rbind, rows)
}

odds <- function(d, i, j) {
  add <- if (any(d$exac == 0)) 0.5 else 0
  e <- escalc("OR", ai = d$exac[i] + add, bi = d$total[i] - d$exac[i] + add,
              ci = d$exac[j] + add, di = d$total[j] - d$exac[j] + add, to = "none")
  data.frame(yi = c(e$yi), vi = e$vi)
}
means <- function(d, i, j) data.frame(yi = d$mi[i] - d$mi[j], vi = d$sdi[i]^2 / d$ni[i] + d$sdi[j]^2 / d$ni[j])

# The consistency model from arms: covariance of basic contrasts within a trial is the variance of the shared arm.
fitted <- function(p, method) {
  names <- sort(unique(c(p$treat1, p$treat2)))
  keep <- do.call(rbind, lapply(split(p, p$study), function(one) one[one$treat1 == min(one$treat1), ]))
  X <- sapply(names, function(t) (keep$treat1 == t) - (keep$treat2 == t))[, -1]
  V <- diag(keep$vi, nrow(keep))
  for (a in seq_len(nrow(keep))) for (b in seq_len(nrow(keep))) if (a != b && keep$study[a] == keep$study[b]) {
    between <- p$vi[p$study == keep$study[a] & ((p$treat1 == keep$treat2[a] & p$treat2 == keep$treat2[b]) |
                                                (p$treat2 == keep$treat2[a] & p$treat1 == keep$treat2[b]))]
    V[a, b] <- (keep$vi[a] + keep$vi[b] - between) / 2
  }
  fit <- if (method == "common") rma.mv(keep$yi, V, mods = ~ X - 1) else
    rma.mv(keep$yi, V, mods = ~ X - 1, random = ~ treat2 | study, rho = 0.5, tau2 = method, data = keep)
  list(tau2 = if (method == "common") 0 else method, against = names[1], names = names[-1],
       estimate = unname(coef(fit)), se = unname(fit$se), Q = fit$QE, Q_p = fit$QEp)
}

# DalNegro 2003: everybody had the event in every arm, which says nothing about odds ratios.
baker <- pairs_of(dat.baker2009[dat.baker2009$study != "DalNegro 2003", ], "study", "treatment", odds)
senn <- pairs_of(dat.senn2013, "study", "treatment", means)
out <- list()
for (name in c("baker", "senn")) {
  p <- get(name)
  out[[name]] <- list(data = p, common = fitted(p, "common"), random = fitted(p, 0.1))
}
write_json(out, target, digits = 16, auto_unbox = TRUE, dataframe = "columns")
