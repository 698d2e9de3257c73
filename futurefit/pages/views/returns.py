"""`/returns/mine/`: what is due of a post this month, line by line, with its milestones and risks beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.reader import Reader
from futurefit.pages import sentences
from futurefit.pages.my_delivery import OwnDelivery
from futurefit.pages.my_returns import OWN, Owing, Pile, due_words
from futurefit.ui.filters import Problem
from futurefit.values.money import Unit
from savings.grid_form import NotAsOpened
from savings.reading import Reading, read
from savings.return_blocks import ReturnBlock, blocks_of, put_errors, put_refusal
from savings.return_form import CHANGE, SAME, ReturnForm, TypedLine
from savings.returns_owed import RETURN_POSTS, may_return
from savings.services.returns import (
    ReturnsRefused,
    Said,
    keep_returns,
    standings_of,
    submit_returns,
    take_back_drafts,
)

KEEP, REMAINING, SUBMIT, READY, DISCARD, DELIVERY = "keep", "remaining", "submit", "ready", "discard", "delivery"
EVERY_ONE = "all"


@open_to(RETURN_POSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def my_returns(request: HttpRequest) -> HttpResponse:
    """The lines that are due of a post of the reader, or of one they may act for; said, kept and submitted here."""
    reading = replace(read(request, also=("for",)), view="incremental", basis="all")
    reader: Reader = request.reader  # type: ignore[attr-defined]
    owing = Owing.of(reading, reader)
    pile = owing.pile(request.GET.get("for"))
    if pile is None:
        raise Http404(f"There is no post “{request.GET['for'][:40]}” whose returns you may say.")
    page = _Page(request, reading, owing, pile)
    if request.method != "POST":
        return page.shown()
    if not reading.period.is_open or request.POST.get("period") != reading.period.label:
        return page.refused(_closed(request, reading))
    return page.acted(request.POST.get("do", KEEP))


def _closed(request: HttpRequest, reading: Reading) -> Problem:
    """The period is closed, or was closed since the page was opened."""
    label = request.POST.get("period", "")
    if not reading.period.is_open:
        words = f"{reading.period.spoken} is closed: what was returned never changes. Nothing was saved."
    else:
        words = (
            f"{label[:40] or 'The period'} was closed since you opened the page. What you entered stands below for "
            f"{reading.period.spoken}: look at it and save again."
        )
    return Problem("period", label, words, "lines")


@dataclass
class _Page:
    """The page of one pile of returns: shown, or acted on with what was sent."""

    request: HttpRequest
    reading: Reading
    owing: Owing
    pile: Pile
    form: ReturnForm | None = None
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.standings = standings_of(self.reading.period, self.pile.owed)
        self.may = partial(may_return, self.owing.reader)
        self.blocks = blocks_of(self.reading, self.standings, {})

    @property
    def left(self) -> list[ReturnBlock]:
        """The lines that something is still to be said of, those that finance asks about first."""
        found = [block for block in self.blocks.values() if not block.state.is_done]
        return sorted(found, key=lambda block: not block.asks)

    @property
    def done(self) -> list[ReturnBlock]:
        return [block for block in self.blocks.values() if block.state.is_done]

    # Acting

    def acted(self, do: str) -> HttpResponse:
        if do == DELIVERY:
            return self._delivery()
        try:
            self._read()
        except NotAsOpened:
            words = "Nothing is saved: the page was not sent as it was opened. Look at it and enter it again."
            return self.refused(Problem("lines", "", words, "lines"))
        if do == DISCARD:
            return self._discard(self.request.POST.get("line", EVERY_ONE))
        said = list(self._said())
        if do == REMAINING:
            said += self._remaining({each.line_id for each in said})
        if self.problems:
            return self.shown(400)
        if do in (SUBMIT, READY):
            return self._submit(said, everything=do == SUBMIT)
        return self._keep(said, then="#lines" if do == REMAINING else "")

    def _read(self) -> None:
        """What was sent, on the lines that are still the reader's; what was typed into others is told, not lost."""
        self.form = ReturnForm(self.request.POST)
        self.blocks = blocks_of(self.reading, self.standings, self.form.lines)
        for line_id, typed in self.form.lines.items():
            if line_id not in self.blocks and typed.say:
                self.problems.append(Problem(f"l-{line_id}", "", _gone(typed), "lines"))

    def _said(self) -> Iterator[Said]:
        assert self.form is not None
        for line_id, typed in self.form.lines.items():
            if line_id in self.blocks:
                said, errors = typed.read(self.standings[line_id], self.reading.unit)
                self.problems += put_errors(self.blocks[line_id], errors)
                if said is not None:
                    yield said

    def _remaining(self, said: set[int]) -> Iterator[Said]:
        """No change for every line of which nothing is said, as the page showed it."""
        assert self.form is not None
        for block in self.left:
            typed = self.form.lines.get(block.line_id)
            if block.line_id not in said and not block.asks and typed is not None:
                same = TypedLine(block.line_id, {**typed.fields, "say": SAME})
                found, _errors = same.read(self.standings[block.line_id], self.reading.unit)
                assert found is not None
                yield found

    def _keep(self, said: list[Said], then: str = "") -> HttpResponse:
        kept = self._try(lambda: keep_returns(said=said, **self._acting))
        if kept is None:
            return self.shown(400)
        if kept:
            lines = sentences.count_of(len(kept), "line", "lines")
            messages.success(self.request, f"Kept what you said of {lines}. Nothing is submitted yet.")
        else:
            messages.info(self.request, "Nothing was changed, so nothing was saved.")
        return self._back(then)

    def _submit(self, said: list[Said], *, everything: bool) -> HttpResponse:
        spoken_for = {each.line_id for each in said}
        lines = [
            block.line_id
            for block in self.left
            if everything or block.line_id in spoken_for or (block.is_kept and block.typed is None)
        ]
        done = self._try(lambda: submit_returns(line_ids=lines, said=said, **self._acting))
        if done is None:
            return self.shown(400)
        lines_words = sentences.capital(sentences.count_of(done.lines, "line is", "lines are"))
        them = "it" if done.lines == 1 else "them"
        messages.success(
            self.request, f"{lines_words} submitted for {self.reading.period.spoken}. Finance has {them} now."
        )
        return self._back()

    def _discard(self, line: str) -> HttpResponse:
        lines = [block.line_id for block in self.left if block.is_kept and line in (EVERY_ONE, str(block.line_id))]
        gone = self._try(lambda: take_back_drafts(line_ids=lines, **self._acting))
        if gone is None:
            return self.shown(400)
        words = sentences.count_of(gone, "line", "lines")
        messages.success(self.request, f"Threw away what was kept of {words}; the history still tells it.")
        return self._back()

    def _delivery(self) -> HttpResponse:
        delivery = OwnDelivery.of(self.reading, self.owing.reader, self.request.POST.dict())
        changed = delivery.save()
        if delivery.problems:
            self.problems += delivery.problems
            return self.shown(400, delivery)
        if changed:
            words = sentences.count_of(changed, "change", "changes")
            messages.success(self.request, f"Saved {words} to your milestones and risks.")
        else:
            messages.info(self.request, "Nothing was changed, so nothing was saved.")
        return self._back("#delivery")

    @property
    def _acting(self) -> dict[str, Any]:
        return {"actor": self.owing.actor_for(self.pile), "period": self.reading.period, "may": self.may}

    def _try(self, act: Callable[[], Any]) -> Any:
        """What the service gives back; None where it refused, with every refusal on its line."""
        try:
            return act()
        except ReturnsRefused as refused:
            for refusal in refused.refusals:
                block = self.blocks.get(refusal.line_id)
                if block is None:
                    self.problems.append(Problem("lines", "", f"{refusal.title}: {refusal.words}", "lines"))
                else:
                    self.problems.append(put_refusal(block, refusal))
        except ValidationError as refused:
            self.problems += [Problem("lines", "", words, "lines") for words in refused.messages]
        return None

    def _back(self, then: str = "") -> HttpResponse:
        return redirect(self.address + then)

    # Showing

    @property
    def address(self) -> str:
        return self._address(self.pile.key)

    def _address(self, key: str, **changes: str) -> str:
        query = {**self.reading.parameters(), **changes}
        if key != OWN or self.pile.key != OWN:
            query["for"] = key
        return f"{self.request.path}?{urlencode(query)}" if query else self.request.path

    def refused(self, problem: Problem) -> HttpResponse:
        """The page with what was typed, where it can be read, and the one thing that stands in the way of all."""
        if self.form is None and problem.parameter == "period":
            try:
                self._read()
            except NotAsOpened:
                self.form = None
        self.problems.append(problem)
        return self.shown(400)

    def shown(self, status: int = 200, delivery: OwnDelivery | None = None) -> HttpResponse:
        reading, pile, left = self.reading, self.pile, self.left
        if reading.period.is_open and delivery is None:
            delivery = OwnDelivery.of(reading, self.owing.reader)
        unsaid = [block for block in left if block.say not in (SAME, CHANGE)]
        context = {
            "reading": reading,
            "owing": self.owing,
            "pile": pile,
            "of_post": self._of_post(),
            "piles": [(each, self._address(each.key), each is pile) for each in self.owing.every],
            "acting": pile is not self.owing.own,
            "left": left,
            "left_words": sentences.count_of(len(left), "line", "lines"),
            "unsaid": len([block for block in unsaid if not block.asks]),
            "counted": _counted(left),
            "kept": sum(1 for block in left if block.is_kept),
            "done": self.done,
            "share": 118 * pile.done // len(pile.owed) if pile.owed else 0,
            "due": due_words(reading.period, reading.today),
            "delivery": delivery,
            "problems": self.problems,
            "summary": "Nothing is saved" if self.problems else "",
            "units": [(unit, self._address(pile.key, unit=unit.value)) for unit in Unit],
            "action": self.address,
            "open_url": reverse("pages:my_returns"),
        }
        return render(self.request, "pages/my_returns.html", context, status=status)

    def _of_post(self) -> str:
        if self.pile is not self.owing.own:
            return self.pile.title
        posts = {each.owed_by.pk: each.owed_by.title for each in self.pile.owed if each.owed_by is not None}
        held = [post.title for post in self.owing.reader.held]
        return sentences.joined(sorted(posts.values()) or held[:1])


def _counted(left: list[ReturnBlock]) -> str:
    """ "3 said, 1 needs something, 2 to do."."""
    refused = sum(1 for block in left if block.is_refused)
    said = sum(1 for block in left if block.is_said)
    rest = len(left) - refused - said
    parts = [f"{said} said"]
    if refused:
        parts.append(f"{refused} {'needs' if refused == 1 else 'need'} something")
    if rest:
        parts.append(f"{rest} to do")
    return ", ".join(parts) + "."


def _gone(typed: TypedLine) -> str:
    """A line that is no longer here, with what was entered for it."""
    given = [text for text in typed.amounts.values() if text.strip()]
    entered = "; ".join(
        [*(["amounts " + ", ".join(given)] if given else []), *filter(None, (typed.why, typed.evidence))]
    )
    words = "A line is no longer due of this post: it was moved, withdrawn or delivered in full."
    return f"{words} You had entered: {entered}." if entered and typed.say == CHANGE else words
