"""Half stars, and the rating from which an order counts as good."""

import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import satisfaction

from .test_ratings import loop, order, told  # noqa: F401


def test_a_half_star_is_named_as_what_it_is_joined_with(told):  # noqa: F811
    # 60 each of 1, 2, 3, 4 and 5, and of 2.5 and 4.5.
    rows = [order(i, (1, 2, 3, 4, 5, 2.5, 4.5)[i % 7]) for i in range(420)]

    orders = told(rows)
    rated = satisfaction.ratings(orders, (), 0.95)

    found = {e.dim("rating"): e for e in rated.of("rating_share")}
    # 2.5 with 2 and 4.5 with 4, and said so; none of them is a 5.
    assert [found[code].events for code in "12345"] == [60, 120, 60, 120, 60]
    assert [found[code].definition.text["en"] for code in "12345"] == [
        *(f"rated {n} to below {n + 1}" for n in (1, 2, 3, 4)), "rated 5",
    ]  # fmt: skip
    assert found["4"].definition.text["zh"] == "4分至不足5分"
    # 4, 4.5 and 5 are good; 2.5 and 3 are not.
    assert rated.one("top_rating", all="all").events == 180
    drawn = present.ratings_figure(rated, orders)
    assert "rated 4 to below 5" in drawn.html["en"] and "4分至不足5分" in drawn.html["zh"]


def test_joined_half_stars_are_named_to_below_the_next_star(told):  # noqa: F811
    rows = [order(i, (3.5, 4.5, 5)[i % 3] if i > 8 else 1) for i in range(300)]

    rated = satisfaction.ratings(told(rows, status="confidential"), (), 0.95)

    names = {e.dim("rating"): e.definition.text["en"] for e in rated.of("rating_share")}
    assert names["1+2+3"] == "rated 1 to below 4"


def test_a_half_star_of_an_open_order_names_nothing(told):  # noqa: F811
    rows = [*loop(), order(900, 3.5, closed=False)]

    rated = satisfaction.ratings(told(rows), (), 0.95)

    assert "rated 4" in {e.definition.text["en"] for e in rated.of("rating_share")}


@pytest.mark.parametrize("stars", [0, 4.5, 6, float("nan")])
def test_a_rating_that_no_plan_could_name_is_no_choice(office, stars):
    report = office("satisfaction", tickets=loop(), status="public")

    with pytest.raises(UsageError) as caught:
        satisfaction.draw_orders(report, rated_from=stars)
    assert caught.value.values["allowed"] == "1, 2, 3, 4, 5"


def test_another_rating_than_the_plan_s_is_stamped(office):
    report = office("satisfaction", tickets=loop(), status="public")
    orders = satisfaction.draw_orders(report, rated_from=5)

    rated = satisfaction.ratings(orders, (), 0.95)

    assert [d.parameter for d in rated.one("top_rating", all="all").deviations] == ["rated_from"]
