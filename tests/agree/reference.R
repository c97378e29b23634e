# What pROC and base R say, for comparison; tables of numbers in and out.
#   Rscript reference.R asah OUT            the aSAH data of pROC as cases
#   Rscript reference.R sets FOLDER         data sets of R and pROC, as numbers
#   Rscript reference.R proc IN OUT         areas, variances, intervals, tests of case, y, a, b
#   Rscript reference.R base IN OUT         shares, tests and quantiles of x, n
#   Rscript reference.R ticks IN OUT        labels of low, high, wanted, loose
arguments <- commandArgs(trailingOnly = TRUE)
options(digits = 17, warn = -1)

asah <- function() {
  data(aSAH, package = "pROC", envir = environment())
  y <- as.integer(aSAH$outcome == "Poor")
  wfns <- as.numeric(aSAH$wfns)
  pair <- function(case, a, b) data.frame(case, y, a, b)
  rbind(pair(1, aSAH$s100b, aSAH$ndka), pair(2, aSAH$s100b, wfns), pair(3, aSAH$ndka, wfns))
}

one_case <- function(rows) {
  curve <- function(score) {
    pROC::roc(rows$y, score, levels = c(0, 1), direction = "<", quiet = TRUE)
  }
  a <- curve(rows$a)
  b <- curve(rows$b)
  interval <- pROC::ci.auc(a, method = "delong")
  test <- pROC::roc.test(a, b, paired = TRUE, method = "delong")
  part <- function(correct) {
    as.numeric(pROC::auc(a, partial.auc = c(1, 0.9), partial.auc.correct = correct))
  }
  c(case = rows$case[1], auc_a = as.numeric(a$auc), auc_b = as.numeric(b$auc), variance_a = pROC::var(a),
    variance_b = pROC::var(b), covariance = pROC::cov(a, b), low = interval[1], high = interval[3],
    z = unname(test$statistic), p = test$p.value, difference_low = test$conf.int[1],
    difference_high = test$conf.int[2], partial_raw = part(FALSE), partial = part(TRUE))
}

proc <- function(table) do.call(rbind, lapply(split(table, table$case), one_case))

base <- function(table) {
  one <- function(x, n) {
    share <- prop.test(x, n, correct = FALSE)$conf.int
    i <- min(x, n - 1) + 1
    c(x = x, n = n, low = share[1], high = share[2], exact = binom.test(x, n)$p.value, point = dbinom(x, n, 0.5),
      position = ppoints(n)[i], theoretical = qnorm(ppoints(n)[i]), band_low = qnorm(qbeta(0.025, i, n + 1 - i)),
      band_high = qnorm(qbeta(0.975, i, n + 1 - i)))
  }
  t(mapply(one, table$x, table$n))
}

ticks <- function(table) {
  one <- function(low, high, wanted, loose) {
    paste(format(labeling::extended(low, high, wanted, only.loose = loose > 0), digits = 15), collapse = " ")
  }
  data.frame(labels = mapply(one, table$low, table$high, table$wanted, table$loose))
}

sets <- function(folder) {
  data(aSAH, package = "pROC", envir = environment())
  persons <- as.data.frame(Titanic)
  persons <- persons[rep(seq_len(nrow(persons)), persons$Freq), names(persons) != "Freq"]
  all <- list(aSAH = aSAH, infert = infert, Titanic = persons, mtcars = mtcars, ChickWeight = as.data.frame(ChickWeight))
  for (name in names(all)) {
    write.csv(data.matrix(all[[name]]), file.path(folder, paste0(name, ".csv")), row.names = FALSE)
  }
}

out <- arguments[length(arguments)]
if (arguments[1] == "sets") {
  sets(out)
  quit()
}
table <- if (arguments[1] == "asah") asah() else get(arguments[1])(read.csv(arguments[2]))
write.csv(table, out, row.names = FALSE)
