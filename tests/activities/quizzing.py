"""A quiz of three questions, open just now, and answers to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from portal import programme
from portal.clock import now
from portal.programme import Question, Quiz

RIGHT, WRONG = (1, 2, 1), (2, 1, 2)


def a_quiz(**changes: object) -> Quiz:
    """Give a quiz that two right answers pass, with two tries."""
    local = now().astimezone(programme.current().club.zone).replace(tzinfo=None, microsecond=0)
    plain = Quiz(
        key="harvest",
        activity="quiz",
        title="Harvest quiz",
        intro="Three questions.",
        opens=local - timedelta(days=2),
        closes=local + timedelta(days=2),
        tries=2,
        needed=2,
        questions=(
            Question(text="First?", choices=("yes", "no"), right=1, because="It is."),
            Question(text="Second?", choices=("left", "right"), right=2, because="Because of that."),
            Question(text="Third?", choices=("up", "down"), right=1),
        ),
    )
    return plain.model_copy(update=changes)


@contextmanager
def offered(quiz: Quiz) -> Iterator[Quiz]:
    """Let the programme have this quiz and no other."""
    club = programme.current()
    programme.use(club.model_copy(update={"quizzes": (quiz,), "digest": f"{club.digest}-quiz"}))
    try:
        yield quiz
    finally:
        programme.use(club)
