"""While-alive rates, against sums over persons and derivatives by small weights."""

from itertools import pairwise

import numpy as np
import pytest
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.restricted_mean import restricted_mean
from evalkit.estimators.while_alive import while_alive

TAU = 10.0


def made_up(random, n, censored=True, away=True, whole=False):
    """Persons with deaths, ends of follow-up, events in between, and spells away."""
    group = np.arange(n) % 2
    death = random.exponential(15, n)
    end = random.uniform(4, 25, n) if censored else np.full(n, 30.0)
    end[:4] = 12
    time = np.minimum(death, end)
    time = np.ceil(time) if whole else time
    many = random.poisson(0.25 * time * random.gamma(2, 0.5, n))
    person = np.repeat(np.arange(n), many)
    at = random.uniform(size=person.size) * time[person]
    at = np.ceil(at) if whole else at
    gone = np.flatnonzero(random.random(n) < (0.5 if away else 0.0))
    cut = np.sort(random.uniform(size=(gone.size, 4)), axis=1) * time[gone, None]
    spells = (np.repeat(gone, 2), cut[:, [0, 2]].ravel(), cut[:, [1, 3]].ravel())
    return (time, (death <= end).astype(int), group, person, at), spells


def rate(weight, time, died, person, at, spells):
    """The ratio with a weight for each person, interval by interval of all that happens."""
    who, start, end = spells
    cuts = np.unique(np.concatenate([[0, TAU], time, at, start, end]))
    cuts = cuts[cuts <= TAU]
    events = span = 0.0
    for a, b in pairwise(cuts):
        followed = time >= b
        alive = 1.0
        for u in np.unique(time[(died == 1) & (time <= a)]):
            dying = (weight * ((time == u) & (died == 1))).sum()
            alive *= 1 - dying / (weight * (time >= u)).sum()
        if not followed.any() or alive == 0:
            break
        there = followed.astype(float)
        np.subtract.at(there, who[(start <= a) & (end >= b)], 1.0)
        share = alive / (weight * followed).sum()
        span += share * (weight * there).sum() * (b - a)
        now = at == b
        events += share * weight[person[now]].sum()
    return events / span, events, span


def parts(world, spells, chosen):
    """The persons, events and spells of a group, by positions in it."""
    time, died, _, person, at = world
    position = np.cumsum(chosen) - 1
    own, gone = chosen[person], chosen[spells[0]]
    return (
        time[chosen], died[chosen], position[person[own]], at[own],
        (position[spells[0][gone]], spells[1][gone], spells[2][gone]),
    )  # fmt: skip


def slow(world, spells, chosen):
    """The ratio and its error by derivatives of small changes of each person's weight."""
    own = parts(world, spells, chosen)
    ones, step = np.ones(own[0].size), 1e-4
    slopes = [
        (rate(ones + step * row, *own)[0] - rate(ones - step * row, *own)[0]) / (2 * step)
        for row in np.eye(own[0].size)
    ]
    return *rate(ones, *own), float(np.sqrt((np.array(slopes) ** 2).sum()))


def test_small_weights_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(191)
    found, expected, errors, by_hand = [], [], [], []
    made = 0
    while made < 200:
        world, spells = made_up(random, 24, whole=made % 2 == 0)
        try:
            fit = while_alive(*world, tau=TAU, away=spells)
        except Refused:
            continue
        made += 1
        group = world[2] == 1
        (a, *first, se_a), (b, *second, se_b) = (
            slow(world, spells, chosen) for chosen in (group, ~group)
        )
        for part, value, means in ((fit.first, a, first), (fit.second, b, second)):
            found += [part.rate.value, part.events, part.time]
            expected += [value, *means]
        found += [fit.difference.value, fit.ratio.value]
        expected += [a - b, a / b]
        errors += [fit.first.rate.se, fit.second.rate.se, fit.difference.se, fit.ratio.se]
        by_hand += [se_a, se_b, np.hypot(se_a, se_b), np.hypot(se_a / a, se_b / b)]

    reference = "independent slow way, 200 random inputs"
    # Sums of some fifty intervals; a difference of rates may be near 0.
    agree("while-alive rate", reference, found, expected, rel=1e-9, abs=1e-12)
    # Central differences with steps of 1e-4 are right to about the eighth place.
    agree("while-alive rate, errors", reference, errors, by_hand, rel=1e-6)


def test_where_all_are_followed_to_the_end_it_is_a_ratio_of_sums():
    random = np.random.default_rng(192)
    found, expected = [], []
    for _ in range(200):
        world, spells = made_up(random, 60, censored=False)
        time, _, group, person, at = world
        who, start, end = spells
        fit = while_alive(*world, tau=TAU, away=spells)
        events = np.bincount(person[at <= TAU], minlength=60)
        span = np.minimum(time, TAU)
        span -= np.bincount(who, np.minimum(end, TAU) - np.minimum(start, TAU), 60)
        for part, chosen in ((fit.first, group == 1), (fit.second, group == 0)):
            ratio = events[chosen].sum() / span[chosen].sum()
            left = events[chosen] - ratio * span[chosen]
            found += [part.rate.value, part.rate.se]
            expected += [ratio, np.sqrt((left**2).sum()) / span[chosen].sum()]

    # Cochran (1977), Sampling Techniques, section 6.4: the linearised error of a ratio.
    agree("while-alive rate", "ratio of sums without censoring", found, expected, rel=1e-9)


def test_leaving_out_each_person_gives_nearly_the_same_error():
    world, spells = made_up(np.random.default_rng(193), 160)
    chosen = world[2] == 1
    own = parts(world, spells, chosen)
    n = own[0].size
    without = np.array([rate(1.0 - row, *own)[0] for row in np.eye(n)])
    jackknife = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())

    # They differ by terms of 1 / n, n being 80.
    agree("while-alive rate, errors", "jackknife", while_alive(*world, tau=TAU, away=spells)
          .first.rate.se, jackknife, rel=0.1)  # fmt: skip


def test_without_spells_the_time_is_the_restricted_mean():
    (time, died, group, person, at), _ = made_up(np.random.default_rng(194), 300)

    fit = while_alive(time, died, group, person, at, tau=TAU)
    known = restricted_mean(time, died, group, tau=TAU)

    assert (fit.first.time, fit.second.time) == pytest.approx((known.first, known.second), rel=1e-9)


def test_units_of_time_and_the_order_of_persons_events_and_spells_do_not_matter():
    random = np.random.default_rng(195)
    world, spells = made_up(random, 80)
    time, died, group, person, at = world
    there = while_alive(*world, tau=TAU, away=spells)
    order, events = random.permutation(80), random.permutation(person.size)
    gone, place = random.permutation(spells[0].size), np.argsort(order)

    back = while_alive(
        30 * time[order], died[order], group[order], place[person[events]], 30 * at[events],
        tau=30 * TAU, away=(place[spells[0][gone]], 30 * spells[1][gone], 30 * spells[2][gone]),
    )  # fmt: skip

    for name in ("value", "low", "high", "se"):
        assert 30 * getattr(back.difference, name) == pytest.approx(
            getattr(there.difference, name), rel=1e-9
        )
        assert getattr(back.ratio, name) == pytest.approx(getattr(there.ratio, name), rel=1e-9)
    assert back.difference.p == pytest.approx(there.difference.p, rel=1e-9)


def test_times_that_differ_in_the_last_digit_are_one():
    # 0.1 + 0.2 is not 0.3: who dies then would die after those who leave at 0.3.
    who = np.arange(80)
    leaves, dies = (who < 30) & (who % 3 > 0), (who < 30) & (who % 3 == 0)
    person = np.repeat(who, who // 2 % 3)
    rest = who % 2, person, np.full(person.size, 0.25)

    there, back = (
        while_alive(np.where(dies, end, np.where(leaves, 0.3, 1.0)), dies, *rest, tau=1)
        for end in (0.3, 0.1 + 0.2)
    )

    assert back.first.rate.value == pytest.approx(there.first.rate.value, rel=1e-9)
    assert back.difference.se == pytest.approx(there.difference.se, rel=1e-9)


def test_groups_changed_round_have_the_other_sign_and_the_inverse():
    world, spells = made_up(np.random.default_rng(196), 80)
    time, died, group, person, at = world
    there = while_alive(*world, tau=TAU, away=spells)

    back = while_alive(time, died, 1 - group, person, at, tau=TAU, away=spells)

    assert back.difference.value == pytest.approx(-there.difference.value, rel=1e-12)
    assert (back.ratio.low, back.ratio.high) == pytest.approx(
        (1 / there.ratio.high, 1 / there.ratio.low), rel=1e-9
    )
    assert back.ratio.p == pytest.approx(there.ratio.p, rel=1e-9)


def test_what_comes_after_tau_changes_nothing():
    world, spells = made_up(np.random.default_rng(197), 80)
    time, died, group, person, at = world
    there = while_alive(*world, tau=TAU, away=spells)
    later, late = np.where(time > TAU, time + 50, time), np.flatnonzero(time > TAU)

    back = while_alive(
        later, np.where(time > TAU, 1 - died, died), group,
        np.concatenate([person, late]), np.concatenate([at, np.full(late.size, 40.0)]),
        tau=TAU, away=spells,
    )  # fmt: skip

    assert back.difference == there.difference


def test_time_away_raises_the_rate_and_who_stays_away_has_none():
    world, spells = made_up(np.random.default_rng(198), 80)

    with_spells = while_alive(*world, tau=TAU, away=spells)
    without = while_alive(*world, tau=TAU)

    assert with_spells.first.time < without.first.time
    assert with_spells.first.events == without.first.events
    assert with_spells.first.rate.value > without.first.rate.value


def test_a_rate_that_is_the_same_is_told_apart_as_often_as_it_says():
    # Deaths are three times as many in one group; the rate while alive is one.
    random = np.random.default_rng(199)
    p, inside = [], 0
    for _ in range(400):
        group = np.arange(160) % 2
        death = random.exponential(np.where(group == 1, 8, 24))
        end = random.uniform(6, 20, 160)
        time = np.minimum(death, end)
        time[:2], death[:2] = 12, 99
        person = np.repeat(np.arange(160), random.poisson(0.2 * time))
        fit = while_alive(
            time, death <= end, group, person, random.uniform(size=person.size) * time[person],
            tau=TAU,
        )  # fmt: skip
        p.append(fit.difference.p)
        inside += fit.first.rate.low <= 0.2 <= fit.first.rate.high

    # Four Monte Carlo errors of 5 % among 400: 0.05 +- 0.044.
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.044
    assert abs(inside / 400 - 0.95) < 0.044


N = 60
WHO = np.arange(N)
WORLD = {
    "time": np.full(N, 12.0), "died": np.zeros(N), "first": WHO % 2,
    "person": np.repeat(WHO, WHO // 2 % 3), "at": np.repeat(WHO, WHO // 2 % 3) / 10 + 1,
    "tau": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"at": WORLD["at"] + 12}, "refuse_event_outside"),
        ({"at": WORLD["at"] - 5}, "refuse_event_outside"),
        ({"away": ([1], [3], [2])}, "refuse_spell_outside"),
        ({"away": ([1], [3], [13])}, "refuse_spell_outside"),
        ({"away": ([1, 1], [3, 4], [5, 6])}, "refuse_spells_overlap"),
        ({"away": (WHO, np.zeros(N), np.full(N, 11))}, "refuse_never_at_liberty"),
        ({"tau": 13}, "refuse_after_follow_up"),
        ({"person": [], "at": []}, "refuse_no_variation"),
        ({"person": WHO[WHO % 2 == 1], "at": np.ones(30)}, "refuse_one_mind"),
        ({"person": [3, 4], "at": [1, 1]}, "refuse_rare"),
        ({"first": WHO < 6}, "refuse_few_in_group"),
        ({"first": np.zeros(N)}, "refuse_one_value"),
        ({"time": np.where(WHO == 3, np.nan, 12)}, "refuse_not_finite"),
        ({"at": np.where(WORLD["at"] > 6, np.nan, WORLD["at"])}, "refuse_not_finite"),
        ({"time": np.full(N, -1.0)}, "refuse_negative_time"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    with pytest.raises(Refused) as caught:
        while_alive(**WORLD | change)

    assert caught.value.key == key


def test_a_caller_s_mistakes_are_no_refusals():
    for person in ([60], [-1], [0.5]):
        with pytest.raises(ValueError, match="person must be positions from 0 to 59"):
            while_alive(**WORLD | {"person": person, "at": [1]})
    with pytest.raises(ValueError, match="tau must be above 0"):
        while_alive(**WORLD | {"tau": 0})
    with pytest.raises(ValueError, match="time, died, first must have the same length"):
        while_alive(**WORLD | {"died": [0]})
    with pytest.raises(ValueError, match="person, at must have the same length"):
        while_alive(**WORLD | {"at": [1]})
    with pytest.raises(ValueError, match="away, from, away, until must have the same length"):
        while_alive(**WORLD | {"away": ([1], [1], [2, 3])})
