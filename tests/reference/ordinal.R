# Reference values of ordered answers: Rscript ordinal.R FILE ordinal.csv, where FILE is what
# answers.py wrote. R 4.2.2, MASS 7.3.58.2, ordinal 2022.11.16, survey 4.1.1.
suppressMessages({library(MASS); library(ordinal); library(survey)})
files <- commandArgs(TRUE)
all <- read.csv(files[1])
# Brant (1990) written out: a glm at each cut, and the covariance of all of them.
brant <- function(d) {
  cuts <- sort(unique(d$answer))
  cuts <- cuts[-length(cuts)]
  fits <- lapply(cuts, function(k) glm(I(answer > k) ~ x1 + x2, binomial, d, epsilon = 1e-14))
  X <- model.matrix(fits[[1]])
  inv <- lapply(fits, function(f) solve(crossprod(X * f$weights, X)))
  V <- do.call(rbind, lapply(seq_along(cuts), function(i) do.call(cbind, lapply(seq_along(cuts),
    function(j) {
      p <- fitted(fits[[max(i, j)]]) - fitted(fits[[i]]) * fitted(fits[[j]])
      (inv[[i]] %*% crossprod(X * p, X) %*% inv[[j]])[-1, -1]
    }))))
  b <- unlist(lapply(fits, function(f) coef(f)[-1]))
  wald <- function(keep) {
    m <- length(keep) / length(cuts)
    D <- cbind(diag(length(keep) - m), matrix(0, length(keep) - m, m)) -
         cbind(matrix(0, length(keep) - m, m), diag(length(keep) - m))
    g <- D %*% b[keep]
    drop(t(g) %*% solve(D %*% V[keep, keep] %*% t(D), g))
  }
  n <- length(b)
  c(wald(1:n), wald(seq(1, n, 2)), wald(seq(2, n, 2)))
}
one <- function(d) {
  d$y <- factor(d$answer, ordered = TRUE)
  tight <- clm.control(gradTol = 1e-12, maxIter = 200)
  p <- polr(y ~ x1 + x2, d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
  f <- clm(y ~ x1 + x2, data = d, control = tight)
  q <- clm(y ~ x2, nominal = ~x1, data = d, control = tight)
  s <- svyolr(y ~ x1 + x2, svydesign(id = ~cluster, weights = ~weight, data = d),
              control = list(reltol = 1e-15, maxit = 1000))
  at <- length(coef(f)) - 1:0
  free <- grep("x1$", names(coef(q)))
  ends <- free[c(1, length(free))]
  se <- function(m) sqrt(diag(vcov(m)))
  c(coef(p), se(p)[1:2], coef(f)[at], se(f)[at], coef(f)[1], se(f)[1], -2 * logLik(f),
    -coef(q)[ends], se(q)[ends], coef(q)[length(coef(q))], se(q)[length(coef(q))],
    -2 * logLik(q), coef(s)[1:2], se(s)[1:2], brant(d))
}
made <- t(sapply(split(all, all$set), one))
made <- made[order(as.integer(rownames(made))), ]
colnames(made) <- c("polr_1", "polr_2", "polr_se_1", "polr_se_2", "value_1", "value_2", "se_1",
  "se_2", "cut", "cut_se", "deviance", "first", "last", "first_se", "last_se", "common",
  "common_se", "partial_deviance", "weighted_1", "weighted_2", "weighted_se_1",
  "weighted_se_2", "brant", "brant_1", "brant_2")
text <- apply(made, 2, function(x) formatC(x, digits = 9, format = "g", width = 1))
write.csv(text, files[2], row.names = FALSE, quote = FALSE)
