# Reference values of the survey estimators: Rscript survey.R FILE survey.csv, where FILE
# is what designs.py wrote. R 4.2.2, survey 4.1.1.
suppressMessages(library(survey))
files <- commandArgs(TRUE)
all <- read.csv(files[1])
both <- function(m) c(coef(m)[[1]], SE(m)[[1]])
apart <- function(s) {
  m <- svyglm(answer ~ side, s)
  c(coef(m)[[2]], SE(m)[[2]])
}
one <- function(d) {
  k <- d$survey[1]
  strata <- length(unique(d$stratum)) > 1
  d$one <- 1
  d$u <- interaction(d$stratum, d$psu, drop = TRUE)
  d$v <- interaction(d$u, d$second, drop = TRUE)
  st <- if (strata) ~stratum else NULL
  s <- switch(k %% 3 + 1,
    svydesign(id = ~u, strata = st, weights = ~weight, data = d),
    svydesign(id = ~u, strata = st, weights = ~weight, fpc = ~units, data = d),
    svydesign(id = ~u + v, strata = if (strata) ~stratum + u else NULL, weights = ~weight,
              fpc = ~units + second_units, data = d))
  if (k %% 3 == 2 && strata)  # the second stage has no strata of its own
    s <- svydesign(id = ~u + v, strata = ~stratum + one, weights = ~weight,
                   fpc = ~units + second_units, data = d)
  inside <- subset(s, domain == 1)
  logit <- svyciprop(~share, s, method = "logit")
  exact <- svyciprop(~share, s, method = "beta")
  r <- suppressWarnings(as.svrepdesign(s, type = if (strata) "JKn" else "JK1"))
  g <- data.frame(group = 0:2, Freq = unlist(d[1, c("g0", "g1", "g2")]))
  i <- data.frame(side = 0:1, Freq = unlist(d[1, c("s0", "s1")]))
  known <- c(`(Intercept)` = sum(g$Freq), `factor(group)1` = g$Freq[2],
             `factor(group)2` = g$Freq[3], `factor(side)1` = i$Freq[2])
  f <- ~factor(group) + factor(side)
  linear <- calibrate(s, f, known)
  raked <- calibrate(s, f, known, calfun = "raking", epsilon = 1e-12, maxit = 100)
  by_turns <- rake(s, list(~group, ~side), list(g, i),
                   control = list(maxit = 500, epsilon = 1e-13))
  c(both(svymean(~answer, s)), both(svyratio(~share, ~points, s)),
    both(svymean(~answer, inside)), both(svyratio(~share, ~points, inside)),
    sqrt(attr(logit, "var")), attr(logit, "ci"), attr(exact, "ci"),
    both(svymean(~answer, r)), both(svyratio(~share, ~points, r)),
    both(svymean(~answer, subset(r, domain == 1))),
    both(svymean(~answer, linear)), range(weights(linear)),
    both(svymean(~answer, raked)), both(svyratio(~share, ~points, raked)),
    range(weights(by_turns)), degf(s), apart(s), apart(raked))
}
named <- c(outer(c("value", "se"), c("mean", "ratio", "domain", "domain_ratio"),
                 function(a, b) paste0(b, "_", a)),
  "share_se", "logit_low", "logit_high", "beta_low", "beta_high",
  outer(c("value", "se"), c("jack_mean", "jack_ratio", "jack_domain"),
        function(a, b) paste0(b, "_", a)),
  "linear_value", "linear_se", "linear_least", "linear_most",
  "raked_value", "raked_se", "raked_ratio_value", "raked_ratio_se",
  "raked_least", "raked_most", "df", "apart_value", "apart_se", "raked_apart_value",
  "raked_apart_se")
made <- t(sapply(split(all, all$survey), one))
made <- made[order(as.integer(rownames(made))), ]
colnames(made) <- named
text <- apply(made, 2, function(x) formatC(x, digits = 10, format = "g", width = 1))
write.csv(text, files[2], row.names = FALSE, quote = FALSE)
