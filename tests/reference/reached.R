# Reference values of what is reached: Rscript reached.R FILE reached.csv, where FILE is what
# reached.py wrote. R 4.2.2, laeken 0.5.2, vegan 2.6.4, metafor 3.8.1.
suppressMessages({library(laeken); library(vegan); library(metafor)})
files <- commandArgs(TRUE)
all <- read.csv(files[1])
# Kakwani, Wagstaff and van Doorslaer (1997), with one row a person.
index <- function(rank, y) {
  n <- length(y); mu <- mean(y)
  place <- (rank(rank, ties.method = "average") - 0.5) / n
  ci <- 2 * sum((y - mu) * (place - 0.5)) / (n * mu)
  up <- tapply(y, rank, sum) / sum(y)
  q <- cumsum(up); before <- c(0, q[-length(q)])
  at <- match(as.character(rank), names(q))
  a <- y / mu * (2 * place - 1 - ci) + 2 - before[at] - q[at]
  c(ci, sqrt((mean(a^2) - (1 + ci)^2) / n))
}
# EstimateS' user's guide, appendix B, equation 6: vegan's number has an error of its own.
chao_se <- function(f1, f2) sqrt(f1 * (f1 - 1) / (2 * (f2 + 1)) +
  f1 * (2 * f1 - 1)^2 / (4 * (f2 + 1)^2) + f1^2 * f2 * (f1 - 1)^2 / (4 * (f2 + 1)^4))
limits <- function(chance, of) function(p) {
  r <- of(p)
  pmax(r - (chance(r) - p) / (chance(r) - chance(r - 1)), 0)
}
one <- function(d) {
  v <- d[d$what == "visits", ]; u <- d[d$what == "unit", ]
  x <- rep(v$a, v$b); rank <- rep(v$c, v$b)
  g <- gini(v$a, weights = v$b)$value / 100
  top <- cumsum(sort(x, decreasing = TRUE)); m <- 0.1 * length(x); k <- floor(m)
  part <- (top[k] + (m - k) * (top[k + 1] - top[k])) / sum(x)
  # The first number of persons were seen once, the second twice, and so on.
  chao <- suppressWarnings(estimateR(rep(seq_along(v$b), v$b)))
  t0 <- sum(u$a) / sum(u$b); s2 <- t0 * (1 - t0) / u$b
  z <- (u$a / u$b - t0) / sqrt(s2)
  w <- pmin(pmax(z, quantile(z, 0.1)), quantile(z, 0.9))
  binomial <- limits(function(r) pbinom(r, u$b, t0), function(p) qbinom(p, u$b, t0))
  counts <- limits(function(r) ppois(r, u$b * t0), function(p) qpois(p, u$b * t0))
  # DerSimonian and Laird's of metafor has the mean by weights of its own; its Q at the target
  # is the one here.
  k <- length(z); dl <- rma(yi = u$a / u$b, vi = s2, method = "DL")
  plain <- max(0, (sum(z^2) - (k - 1)) / (sum(1 / s2) - sum(1 / s2^2) / sum(1 / s2)))
  stopifnot(abs(plain - dl$tau2) < 1e-9, abs(dl$QE - sum(z^2)) < 1e-6)
  test <- suppressWarnings(chisq.test(cbind(u$a, u$b - u$a), correct = FALSE))
  phi <- mean(w^2)
  tau2 <- max(0, (k * phi - (k - 1)) / (sum(1 / s2) - sum(1 / s2^2) / sum(1 / s2)))
  c(g, part, index(rank, x), chao[2], chao_se(v$b[1], v$b[2]), test$p.value, phi, tau2, sum(binomial(0.025)), sum(binomial(0.999)),
    sum(counts(0.001)), sum(counts(0.975)))
}
made <- t(sapply(split(all, all$set), one))
made <- made[order(as.integer(rownames(made))), ]
colnames(made) <- c("gini", "top", "index", "index_se", "chao", "chao_se", "p", "phi", "tau2",
  "share_low", "share_high", "rate_low", "rate_high")
text <- apply(made, 2, function(x) formatC(x, digits = 12, format = "g", width = 1))
write.csv(text, files[2], row.names = FALSE, quote = FALSE)
