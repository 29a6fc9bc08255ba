"""What must hold for quizzes."""

from collections.abc import Iterator, Mapping

from portal.programme.earning import Activity
from portal.programme.engaging import Quiz
from portal.programme.faults import Fault


def check_quizzes(
    quizzes: Mapping[int, Quiz], activities: Mapping[int, Activity], known: frozenset[str]
) -> Iterator[Fault]:
    """Find quizzes that nobody can pass, that are never open, that no claim can name, or that belong nowhere."""
    by_quiz = {activity.key: activity for activity in activities.values() if activity.done_by == "quiz"}
    titles: set[str] = set()
    for position, quiz in quizzes.items():
        place = ("quizzes", position)
        activity = by_quiz.get(quiz.activity)
        if activity is None:
            message = "is not done by a quiz" if quiz.activity in known else "is no activity of this programme"
            yield Fault((*place, "activity"), f"{quiz.activity!r} {message}")
        elif not activity.accepts(quiz.title):
            yield Fault((*place, "title"), f"{quiz.title!r} does not fit the pattern {activity.reference_pattern!r}")
        if quiz.title.casefold() in titles:
            yield Fault((*place, "title"), f"another quiz is called {quiz.title!r} too")
        titles.add(quiz.title.casefold())
        if quiz.closes <= quiz.opens:
            yield Fault((*place, "closes"), f"{quiz.closes} is not after {quiz.opens}")
        if quiz.needed > len(quiz.questions):
            yield Fault((*place, "needed"), f"{quiz.needed} right answers of {len(quiz.questions)} cannot be given")
        for number, question in enumerate(quiz.questions):
            if question.right > len(question.choices):
                message = f"{question.right} is none of the {len(question.choices)} choices"
                yield Fault((*place, "questions", number, "right"), message)
