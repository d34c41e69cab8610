# Reference values of scales: Rscript scale.R FILE scale.csv, where FILE is what scales.py
# wrote. R 4.2.2, lavaan 0.6.14, psych 2.2.9.
suppressMessages({library(lavaan); library(psych)})
files <- commandArgs(TRUE)
all <- read.csv(files[1])
one <- function(d) {
  x <- names(d)[grepl("^x", names(d)) & colSums(!is.na(d)) > 0]
  a <- suppressWarnings(suppressMessages(alpha(d[x], check.keys = FALSE)))$total$raw_alpha
  model <- paste0("f =~ ", paste0("l", seq_along(x), "*", x, collapse = " + "), "\n",
    paste0(x, " ~~ e", seq_along(x), "*", x, collapse = "\n"), "\n",
    "omega := (", paste0("l", seq_along(x), collapse = " + "), ")^2 / ((",
    paste0("l", seq_along(x), collapse = " + "), ")^2 + ",
    paste0("e", seq_along(x), collapse = " + "), ")")
  tight <- list(rel.tol = 1e-10, iter.max = 10000, eval.max = 20000)
  fit <- cfa(model, d, std.lv = TRUE, estimator = "MLM", control = tight)
  est <- parameterEstimates(fit)
  o <- est[est$label == "omega", ]
  plain <- paste0("f =~ ", paste(x, collapse = " + "))
  errors <- function(fit) {
    est <- parameterEstimates(fit)
    min(est$est[est$op == "~~" & est$lhs != "f"])
  }
  fits <- lapply(list("", "loadings", c("loadings", "intercepts")), function(same)
    cfa(plain, d, group = "group", group.equal = same, control = tight))
  c(a, o$est, o$se, fitMeasures(fit, "chisq"), min(sapply(fits, errors)),
    sapply(fits, fitMeasures, c("chisq", "df", "cfi")))
}
made <- t(sapply(split(all, all$scale), one))
made <- made[order(as.integer(rownames(made))), ]
colnames(made) <- c("alpha", "omega", "omega_se", "chi2", "least_error",
  outer(c("chi2", "df", "cfi"), c("configural", "metric", "scalar"),
        function(a, b) paste0(b, "_", a)))
text <- apply(made, 2, function(x) formatC(x, digits = 9, format = "g", width = 1))
write.csv(text, files[2], row.names = FALSE, quote = FALSE)
