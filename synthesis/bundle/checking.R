# Reads data and expected numbers, and compares what metafor computes with them. run.R calls what is defined here.
suppressPackageStartupMessages(library(metafor))

RELATIVE <- 1e-6

# Text in UTF-8 whatever the locale; the first heading is named anew, for it carries the byte order mark.
read_table <- function(file) {
  found <- read.csv(file, colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE)
  names(found)[1] <- "analysis"
  found
}

numeric_columns <- c("row", "year", "n1i", "x1i", "t1i", "m1i", "sd1i", "n2i", "x2i", "t2i", "m2i", "sd2i",
                     "estimate_yi", "estimate_sei")
all_data <- read_table(file.path("data", "data.csv"))
all_data[numeric_columns] <- lapply(all_data[numeric_columns], as.numeric)
all_data$used <- all_data$used == "TRUE"
# Effects are computed here from the numbers of the groups; those of the table are not used.
all_data$yi <- all_data$vi <- rep(NA_real_, nrow(all_data))

expected <- read_table(file.path("data", "expected.csv"))
expected$value <- as.numeric(expected$value)
expected$near_zero <- as.numeric(expected$near_zero)
expected$item[is.na(expected$item)] <- ""
expected$by_r <- rep(NA_real_, nrow(expected))

rows_of <- function(analysis) all_data[all_data$analysis == as.character(analysis), ]

# metafor's stopping rules are absolute; these are relative to the size of the effects.
precise <- function(d) {
  size <- max(var(d$yi), mean(d$vi), na.rm = TRUE)
  list(threshold = 1e-13 * size, maxiter = 20000, tol = 1e-12 * size, tau2.max = 1e4 * size, stepadj = 0.5)
}

# rma with these rules. The likelihood of ML and REML can have two peaks, and Fisher scoring climbs the one it starts
# below: it is tried from several places, and the highest peak counts.
highest <- function(d, method, ...) {
  rules <- precise(d)
  climb <- function(start) rma(yi, vi, data = d, method = method, control = c(rules, start), ...)
  if (nrow(d) < 3 || !method %in% c("ML", "REML")) return(climb(NULL))
  size <- max(var(d$yi), mean(d$vi))
  starts <- c(list(NULL), lapply(c(0, 0.001, 0.01, 0.1, 1, 10) * size, function(tau2) list(tau2.init = tau2)))
  fits <- lapply(starts, function(start) tryCatch(climb(start), error = function(error) NULL))
  fits <- Filter(Negate(is.null), fits)
  if (length(fits) == 0) return(climb(NULL))
  heights <- sapply(fits, function(fit) fit$fit.stats["ll", method])
  fits[[which(heights > max(heights) - 1e-8)[1]]]
}

# Puts what R computed beside each number that is expected of this part.
compare <- function(analysis, part, numbers, item = "") {
  wanted <- which(expected$analysis == as.character(analysis) & expected$part == part & expected$item == as.character(item))
  for (i in wanted) {
    value <- numbers[[expected$quantity[i]]]
    if (length(value) == 1 && !is.na(value)) expected$by_r[i] <<- as.numeric(value)
  }
}

compare_each <- function(analysis, part, columns, items) {
  for (j in seq_along(items)) compare(analysis, part, lapply(columns, function(column) column[[j]]), items[j])
}

compare_studies <- function(analysis, d, level, weights = NULL) {
  half <- qnorm(0.5 + level / 200) * sqrt(d$vi)
  columns <- list(yi = d$yi, vi = d$vi, ci_lb = d$yi - half, ci_ub = d$yi + half)
  if (!is.null(weights)) columns$weight <- as.numeric(weights)
  compare_each(analysis, "studies", columns, d$row)
}

numbers_of <- function(fit) {
  counted <- inherits(fit, "rma.mh") || inherits(fit, "rma.peto")
  df <- if (counted) fit$k.yi - 1 else fit$k - fit$p
  found <- list(
    k = fit$k, estimate = fit$beta[1], se = fit$se[1], statistic = fit$zval[1], p_value = fit$pval[1],
    ci_lb = fit$ci.lb[1], ci_ub = fit$ci.ub[1], tau2 = fit$tau2, se_tau2 = fit$se.tau2, s2w = fit$s2w,
    I2 = fit$I2, H2 = fit$H2, Q = fit$QE, Q_df = df, Q_p = fit$QEp,
    I2_Q = if (fit$QE > 0) max(0, 100 * (fit$QE - df) / fit$QE) else 0
  )
  if (!counted && fit$method != "EE" && fit$p == 1) {
    prediction <- predict(fit)
    found$pi_lb <- prediction$pi.lb
    found$pi_ub <- prediction$pi.ub
  }
  found
}

compare_tau2 <- function(analysis, fit, d) {
  interval <- confint(fit, control = list(tol = precise(d)$tol, maxiter = 20000))$random
  compare(analysis, "tau2", list(
    tau2 = fit$tau2, lb = interval[1, 2], ub = interval[1, 3], I2_lb = interval[3, 2], I2_ub = interval[3, 3],
    H2_lb = interval[4, 2], H2_ub = interval[4, 3]
  ))
}

compare_small_study <- function(analysis, fit, pool, d) {
  if (fit$k < 3) return(invisible())
  test <- regtest(fit, model = "lm", ret.fit = TRUE)
  compare(analysis, "egger", list(
    statistic = test$zval, df = test$dfs, p_value = test$pval, limit = test$est, limit_ci_lb = test$ci.lb, limit_ci_ub = test$ci.ub
  ))
  slope <- coef(summary(test$fit))
  compare_each(analysis, "egger", list(beta = slope[, 1], se = slope[, 2]), 1:2)
  rank <- suppressWarnings(ranktest(fit))
  compare(analysis, "rank", list(tau = rank$tau, p_value = rank$pval))
  filled <- trimfill(fit, control = fit$control)
  # Pooled again: trimfill does not hand on all of the settings.
  all <- data.frame(yi = as.numeric(filled$yi), vi = as.numeric(filled$vi))
  compare(analysis, "trim_and_fill", c(numbers_of(pool(all)), list(
    k0 = filled$k0, on_the_right = as.numeric(filled$side == "right")
  )))
}

compare_fits <- function(analysis, part, fits) {
  for (j in seq_along(fits)) compare(analysis, part, numbers_of(fits[[j]]), j)
}

compare_series <- function(analysis, fit, pool, d) {
  k <- nrow(d)
  without <- lapply(seq_len(k), function(i) pool(d[-i, ]))
  compare_fits(analysis, "leave_one_out", without)
  # By year; studies without one come last, and those of one year in the order of the table.
  order <- order(ifelse(is.na(d$year), 9999, d$year), seq_len(k))
  compare_fits(analysis, "cumulative", lapply(seq_len(k), function(i) pool(d[order[seq_len(i)], ])))
  compare_each(analysis, "influence", list(
    tau2_deleted = sapply(without, function(fit) fit$tau2),
    Q_deleted = sapply(without, function(fit) fit$QE),
    hat = hatvalues(fit), weight = weights(fit)
  ), seq_len(k))
}

compare_subgroups <- function(analysis, levels, pool, d) {
  groups <- lapply(levels, function(level) pool(d[d$subgroup %in% level, ]))
  for (j in seq_along(groups)) compare(analysis, "subgroup", numbers_of(groups[[j]]), j)
  means <- sapply(groups, function(fit) fit$beta[1])
  between <- rma(means, sei = sapply(groups, function(fit) fit$se), method = "EE")
  compare(analysis, "between_subgroups", list(statistic = between$QE, df = between$k - 1, p_value = between$QEp))
}

compare_regression <- function(analysis, fit) {
  compare(analysis, "regression", c(numbers_of(fit), list(R2 = fit$R2)))
  compare_each(analysis, "coefficient", list(
    beta = fit$beta[, 1], se = fit$se, statistic = fit$zval, p_value = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub
  ), seq_along(fit$se))
  compare(analysis, "moderators", list(statistic = fit$QM, p_value = fit$QMp))
}

# One analysis: an error in it is told, and the next is tried; its numbers then count as different.
analysis <- function(number, title, body) {
  cat("Analysis ", number, ": ", title, "\n", sep = "")
  tryCatch(suppressWarnings(body), error = function(error) cat("  stopped: ", conditionMessage(error), "\n", sep = ""))
  invisible()
}

report <- function() {
  if (nrow(expected) == 0) return(cat("There is no number to compare.\n"))
  difference <- abs(expected$by_r - expected$value)
  expected$agrees <<- !is.na(difference) & difference <= RELATIVE * abs(expected$value) + expected$near_zero
  cat("\n")
  summary <- aggregate(cbind(numbers = rep(1, nrow(expected)), agree = as.numeric(expected$agrees)) ~ analysis + part, data = expected, FUN = sum)
  print(summary[order(as.numeric(summary$analysis)), ], row.names = FALSE)
  wrong <- expected[!expected$agrees, c("analysis", "part", "item", "quantity", "value", "by_r")]
  if (nrow(wrong) > 0) {
    cat("\nDifferent, or not computed by R:\n")
    print(head(wrong, 50), row.names = FALSE, digits = 10)
  }
  main <- expected[expected$part == "pooled" & expected$quantity %in% c("estimate", "ci_lb", "ci_ub", "tau2"), ]
  if (nrow(main) > 0) {
    cat("\nPooled effects on the analysis scale:\n")
    print(main[c("analysis", "quantity", "value", "by_r", "agrees")], row.names = FALSE, digits = 8)
  }
  cat(sprintf("\n%d of %d numbers agree to 6 digits (%s, metafor %s).\n", sum(expected$agrees), nrow(expected),
              R.version.string, as.character(packageVersion("metafor"))))
  if (nrow(wrong) > 0) quit(status = 1)
}
