"""The club that never was: how its troubles end is counted, and a wrong credit would be seen."""

from collections import Counter
from datetime import timedelta

from portal.clock import now
from portal.simulation.life import Case, Ending, begun
from portal.simulation.troubles import MIX, Kind, made

COUNT = 60


def play(count: int) -> list[Case]:
    life = begun(count, begin=now() - timedelta(days=90), seed=7, every=timedelta(hours=20))
    for _ in life.pass_by():
        pass
    return life.cases


def test_troubles_end_as_what_is_behind_them_says_and_nobody_gets_what_is_not_theirs(app, session) -> None:
    cases = play(COUNT)
    ended = {kind: Counter(case.ending for case in cases if case.trouble.kind is kind) for kind, _ in MIX}

    assert [case for case in cases if case.is_wrong or case.is_short] == []
    assert all(ended.values())
    assert set(ended[Kind.LATE]) <= {Ending.ANSWERED, Ending.ARRIVED}
    assert set(ended[Kind.NAMELESS]) == {Ending.GRANTED}
    assert Ending.PROVED in ended[Kind.OTHER_ADDRESS]
    for kind in (Kind.FRAUD, Kind.NEVER_TOLD, Kind.WRONG_AMOUNT):
        assert set(ended[kind]) == {Ending.AGENT}


def test_same_seed_makes_the_same_troubles() -> None:
    begin = now()
    one, other, third = (str(made(50, begin=begin, seed=seed)) for seed in (3, 3, 4))
    assert one == other != third
