"""Scenarios by estimators: bias, coverage, type-I error and power, by simulation.

Imports sample and estimators, with what these rest on. `grid` says what is tried,
`methods` how each estimator answers, `chunks` runs it so that it can be stopped and go
on, `tallies` makes the table.

Morris, White and Crowther (2019), Using simulation studies to evaluate statistical
methods, Statistics in Medicine 38(11), 2074-2102.
"""
