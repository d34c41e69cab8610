"""What rounding before the release may have moved is what the gate of disclosure says."""

from evalkit.disclosure import read_policy
from evalkit.recompute import facts
from evalkit.recompute.line import loose, near

from .made import est


def test_the_decimals_and_the_rounding_are_the_policy_s():
    for people in ("minors", "adults"):
        policy = read_policy(people)

        assert policy.rounding == facts.COUNTED_BY
        assert {unit: policy.decimals[unit] for unit in facts.DECIMALS} == facts.DECIMALS
    # A p-value is rounded by its deviate, a coefficient by its error: they have no fixed step.
    assert set(policy.decimals) - set(facts.DECIMALS) == {"p", "coefficient"}


def test_a_public_number_leaves_nothing_open_and_a_rounded_one_half_its_last_step():
    public, rounded = (est("risk", value=0.5, n=10, events=5, public=p) for p in (True, False))

    assert [facts.half(public, f) for f in ("value", "n")] == [0.0, 0.0]
    assert [facts.half(rounded, f) for f in ("value", "n", "events")] == [0.0005, 2.5, 2.5]
    assert facts.half(est("x", "persons", value=5.0, public=False), "value") == 2.5


def test_what_is_left_open_is_the_farthest_corner_of_the_rounding():
    e = est("risk", value=0.5, n=10, events=5, public=False)

    value, slack = loose(lambda k, n: k / n, [(e, "events"), (e, "n")], 0.25)
    assert value == 0.5 and slack == 0.25 + 0.5  # 7.5 of 7.5 is the farthest
    assert loose(lambda k: k, [(est("risk", value=0.5), "value")], 0.0) == (0.5, 0.0)


def test_numbers_are_near_by_their_own_size():
    assert near(1.0, 1.0 + 9e-10) and not near(1.0, 1.0 + 2e-9)
    assert near(1e9, 1e9 + 0.5) and not near(1e-20, 2e-20)
    assert near(1e-20, 2e-20, least=1e-14) and near(0.5, 0.6, slack=0.11)
    assert near(None, None) and not near(None, 0.0) and not near("a", 0.0) and near("a", "a")
