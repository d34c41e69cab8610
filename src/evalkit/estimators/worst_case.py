"""The share of all who were asked, whatever those would say who did not answer."""

from __future__ import annotations

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.interval import check_count, quantile


@dataclass(frozen=True)
class WorstCase:
    """Bounds of a share under non-response, with the chance of the draw added.

    Parameters
    ----------
    least, most : float
        Share among those asked if nobody, and if everybody, who did not answer has it.
    low, high : float
        The same bounds with room for chance, in [0, 1].
    response : float
        Share of those asked who answered.
    """

    least: float
    most: float
    low: float
    high: float
    response: float


def worst_case(events: int, answered: int, asked: int, *, level: float = 0.95) -> WorstCase:
    """Bound a share when some of those asked did not answer.

    Parameters
    ----------
    events, answered, asked : int
        Persons with the answer that is counted, among those who answered, among those who
        were asked; 0 <= events <= answered <= asked, asked >= 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    WorstCase

    Raises
    ------
    ValueError
        If a count is impossible.

    Notes
    -----
    Manski (1989), Journal of Human Resources 24(3), 343-360: without an assumption on who
    answers nothing narrower holds. Chance is added to both bounds at once (Horowitz and
    Manski 2000, JASA 95, 77-84), as the outer ends of their Wilson intervals, so that all
    that is possible is covered, and the true share more often than the level says.
    """
    quantile(level)
    answered, asked = check_count(answered, asked)
    # Nobody may have answered: then anything is possible.
    events, _ = check_count(events, max(answered, 1))
    if events > answered:
        raise ValueError(f"{events} events among {answered} persons")
    most = events + asked - answered
    low, _ = proportion_confint(events, asked, alpha=1 - level, method="wilson")
    _, high = proportion_confint(most, asked, alpha=1 - level, method="wilson")
    return WorstCase(
        least=events / asked,
        most=most / asked,
        low=min(float(low), events / asked),
        high=max(float(high), most / asked),
        response=answered / asked,
    )
