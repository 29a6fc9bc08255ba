"""What members can do in the portal itself to earn points: quizzes, and friends they invite."""

from pydantic import Field, NaiveDatetime

from portal.programme.club import Key, Line, Part, Prose


class Question(Part):
    """One question; `right` is the place of the right choice, counted from 1 as the file's reader does."""

    text: Line
    choices: tuple[Line, ...] = Field(min_length=2, max_length=8)
    right: int = Field(ge=1, le=8)
    because: str = Field("", max_length=400)


class Quiz(Part):
    """A quiz: open from one moment to another in the programme's zone, passed with enough right answers.

    `tries` is how often a member may send answers, 0 for as often as they like.
    """

    key: Key
    activity: Key
    title: Line
    intro: Prose
    opens: NaiveDatetime
    closes: NaiveDatetime
    tries: int = Field(1, ge=0, le=100)
    needed: int = Field(ge=0)
    questions: tuple[Question, ...] = Field(min_length=1, max_length=50)


class ReferralTerms(Part):
    """How friends are invited: how long an invitation holds, and how many may be open, or bring points in a year.

    `invitation` are the words a member sends on, `statement` what the friend confirms of themselves.
    """

    activity: Key
    days: int = Field(30, ge=1, le=365)
    most_open: int = Field(5, ge=1, le=100)
    most_per_year: int = Field(10, ge=1, le=1000)
    invitation: Prose
    statement: Prose
