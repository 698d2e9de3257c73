"""Charts as geometry: where each segment, letter and mark of an SVG lies.

Horizontal positions are per cent of the width, heights pixels, and there is no viewBox, so that text keeps its size
from 320 px to paper (look: Charts). Positions are worked out in whole hundredths of a per cent: no float comes near an
amount. The numbers drawn are those of the roll-ups; every chart says all of them again in its description.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from futurefit.values.money import Unit, format_amount, round_half_away, with_unit
from futurefit.values.rag import CLAIMED_WORDS, RAG_ORDER, Status

FILLS = {"d": "#14583a", "t": "#a5d8ba", "a": "#f5b83d", "r": "#c2342a", "n": "#fff"}
ON_FILLS = {"d": "#fff", "t": "#0b0c0c", "a": "#0b0c0c", "r": "#fff", "n": "#0b0c0c"}

NARROW = 500
"""Segments below this width (hundredths of a per cent) carry their letter underneath."""

LETTER_GAP = 450
"""Letters underneath that are nearer than this to each other are written as one group."""

BAR_LEFT, BAR_RIGHT = 30, 9970
MINI_LEFT, MINI_RIGHT = 20, 9980

ROW_HEIGHT, NET_ROW_HEIGHT, AXIS_HEIGHT = 66, 80, 26

WORDS = {
    Status.DELIVERED: "delivered",
    Status.ON_TARGET: "on target",
    Status.AMBER: "amber",
    Status.RED: "red",
    Status.NOT_RATED: "not rated",
}


def percent(hundredths: int) -> str:
    """Hundredths of a per cent as an SVG length: 2607 is "26.07%"."""
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


@dataclass(frozen=True, slots=True)
class Segment:
    """One rectangle. ``inside`` tells whether its letter fits into it."""

    letter: str
    x: str
    width: str
    middle: str
    inside: bool
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.letter.lower()

    @property
    def fill(self) -> str:
        return FILLS[self.key]

    @property
    def on_fill(self) -> str:
        return ON_FILLS[self.key]


def segments_html(segments: Iterable[Segment], *, key: str, y: int, height: int, letter_y: int) -> SafeString:
    """The rectangles of a bar with their patterns for print and their letters; ``key`` is the chart's.

    Plain concatenation of what is written here, because charts have dozens.
    """
    return SafeString("".join(_rectangle(each, key, f'y="{y}"', f'height="{height}"', letter_y) for each in segments))


def _rectangle(segment: Segment, key: str, y: str, height: str, letter_y: int) -> str:
    letter = segment.key
    place = f'x="{segment.x}" {y} width="{segment.width}" {height}'
    pattern = f"url(#{key}-fill-{letter})"
    fill = pattern if letter == "n" else segment.fill
    drawn = f'<rect class="seg seg-{letter}" {place} fill="{fill}" stroke="#0b0c0c"/>'
    if letter == "n":
        drawn += f'<rect class="pat" {place} fill="#fff" stroke="#0b0c0c" stroke-dasharray="3 2"/>'
    elif letter != "d":
        drawn += f'<rect class="pat" {place} fill="{pattern}" stroke="#0b0c0c"/>'
    if segment.inside:
        drawn += (
            f'<text class="let let-{letter}" x="{segment.middle}" y="{letter_y}" text-anchor="middle" '
            f'font-size="14" font-weight="700" fill="{segment.on_fill}">{segment.letter}</text>'
        )
    return drawn


@dataclass(frozen=True, slots=True)
class Mark:
    """A short text at a place: letters under narrow segments, the word under the net mark, numbers on the axis."""

    x: str
    text: str
    anchor: str = "middle"
    centre: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One year: the input of the chart.

    ``amounts`` are whole pounds by status; *claimed* is drawn as on target. Negative amounts lie left of zero; where a
    status holds both gains and losses, give the gains in ``amounts`` and the losses in ``losses``. ``total`` is the
    target as the roll-up says it.
    """

    label: str
    amounts: Mapping[Status, int]
    total: int
    losses: Mapping[Status, int] | None = None


@dataclass(frozen=True, slots=True)
class BarDrawing:
    """One year with its places; all ``y`` are pixels from the top of the chart."""

    label: str
    total: str
    top: int
    segments: tuple[Segment, ...]
    letters: tuple[Mark, ...]
    net: Mark | None
    net_low: bool

    @property
    def label_y(self) -> int:
        return self.top + 15

    @property
    def bar_y(self) -> int:
        return self.top + 22

    @property
    def letter_y(self) -> int:
        return self.top + 39

    @property
    def below_y(self) -> int:
        return self.top + 59

    @property
    def net_top(self) -> int:
        return self.top + 18

    @property
    def net_bottom(self) -> int:
        return self.top + 50

    @property
    def net_y(self) -> int:
        return self.top + (74 if self.net_low else 60)


@dataclass(frozen=True, slots=True)
class StackedBar:
    """A stacked bar by year and rating, ready for ``components/stacked_bar.html``."""

    key: str
    title: str
    note: str
    description: str
    bars: tuple[BarDrawing, ...]
    ticks: tuple[Mark, ...]
    zero: str
    height: int
    claimed: str

    @property
    def is_empty(self) -> bool:
        return not any(bar.segments for bar in self.bars)

    @property
    def axis_bottom(self) -> int:
        return self.height - 20

    @property
    def tick_y(self) -> int:
        return self.height - 4

    @property
    def letters(self) -> set[str]:
        """The letters drawn, so that only their patterns are written."""
        return {segment.key for bar in self.bars for segment in bar.segments}


@dataclass(frozen=True, slots=True)
class MiniBar:
    """The shares of one amount without an axis, ready for ``components/mini_bar.html``."""

    key: str
    title: str
    segments: tuple[Segment, ...]
    below: tuple[Mark, ...]

    @property
    def height(self) -> int:
        return 38 if self.below else 24

    @property
    def letters(self) -> set[str]:
        return {segment.key for segment in self.segments}


def _drawn_status(status: Status) -> Status:
    return Status.ON_TARGET if status is Status.CLAIMED else status


def _by_letter(amounts: Mapping[Status, int] | None) -> dict[Status, int]:
    drawn: dict[Status, int] = {}
    for status, amount in (amounts or {}).items():
        drawn[_drawn_status(status)] = drawn.get(_drawn_status(status), 0) + amount
    return drawn


def _gains_and_losses(bar: Bar) -> tuple[dict[Status, int], dict[Status, int]]:
    gains = {status: amount for status, amount in _by_letter(bar.amounts).items() if amount > 0}
    losses = {status: amount for status, amount in _by_letter(bar.amounts).items() if amount < 0}
    for status, amount in _by_letter(bar.losses).items():
        if amount > 0:
            raise ValueError(f"{bar.label}: the loss {amount} of {status.value} is not below nought")
        losses[status] = losses.get(status, 0) + amount
    return gains, losses


def _segment(status: Status, start: int, end: int) -> Segment:
    width = max(end - start, 1)
    return Segment(
        letter=status.letter,
        x=percent(start),
        width=percent(width),
        middle=percent(start + round_half_away(width, 2)),
        inside=width >= NARROW,
        start=start,
        end=start + width,
    )


def _letters_below(segments: Sequence[Segment]) -> tuple[Mark, ...]:
    """The letters of narrow segments; neighbours too near to be told apart become one group, such as "A R"."""
    groups: list[list[Segment]] = []
    for segment in sorted((part for part in segments if not part.inside), key=lambda part: part.start):
        centre = segment.start + (segment.end - segment.start) // 2
        if groups and centre - (groups[-1][-1].start + groups[-1][-1].end) // 2 < LETTER_GAP:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    marks = []
    for group in groups:
        centre = (group[0].start + group[-1].end) // 2
        text = " ".join(segment.letter for segment in group)
        marks.append(_at(centre, text))
    return tuple(marks)


def _at(centre: int, text: str) -> Mark:
    """A text around a place, kept inside the picture at both ends."""
    if centre < 400:
        return Mark(percent(0), text, "start", centre)
    if centre > 9700:
        return Mark(percent(10_000), text, "end", centre)
    return Mark(percent(centre), text, "middle", centre)


def _step(span: int, most: int) -> int:
    """The smallest of 1, 2, 5, 10, … × 10 pounds of which at most *most* fit into the span."""
    size = 10
    while True:
        for factor in (1, 2, 5):
            if span <= size * factor * most:
                return size * factor
        size *= 10


def _up_to(amount: int, step: int) -> int:
    return -(-amount // step) * step


def _tick_text(amount: int, step: int, unit: Unit) -> str:
    decimals = 0
    while decimals < unit.power and step * 10**decimals % unit.factor:
        decimals += 1
    return format_amount(amount, unit, decimals=decimals)


def _sentence(bar: Bar, unit: Unit, gains: Mapping[Status, int], losses: Mapping[Status, int]) -> str:
    parts = [f"{WORDS[status]} {with_unit(gains[status], unit)}" for status in RAG_ORDER if gains.get(status)]
    claimed = bar.amounts.get(Status.CLAIMED, 0)
    words = f"{bar.label}: {with_unit(bar.total, unit)}"
    if parts:
        words += f", of which {', '.join(parts)}"
    if claimed:
        words += f" (on target includes {with_unit(claimed, unit)} {CLAIMED_WORDS})"
    if losses:
        left = [f"{WORDS[status]} {with_unit(losses[status], unit)}" for status in RAG_ORDER if losses.get(status)]
        words += f"; left of zero {', '.join(left)}"
    return words + "."


def claimed_sentence(amount: int, unit: Unit) -> str:
    """What is said under a chart or matrix in which claimed delivery stands with on target; "" when there is none."""
    return f"On target includes {with_unit(amount, unit)} {CLAIMED_WORDS}." if amount else ""


def stacked_bar(*, key: str, title: str, note: str, unit: Unit, bars: Sequence[Bar]) -> StackedBar:
    """One bar a year, gains right of zero in the order D T A R N, losses left of it.

    ``key`` is unique on the page; ``note`` is the grey line with unit, view and period. Where the parts do not end at
    the target (losses, over-delivery) a mark stands at the target: "net" with losses, else "target".
    Raises ValueError for a loss above nought.
    """
    parts = [_gains_and_losses(bar) for bar in bars]
    highest = max((max(sum(gains.values()), bar.total) for bar, (gains, _) in zip(bars, parts, strict=True)), default=0)
    lowest = min(
        (min(sum(losses.values()), bar.total) for bar, (_, losses) in zip(bars, parts, strict=True)), default=0
    )
    highest, lowest = max(highest, 0), min(lowest, 0)
    step = _step(highest - lowest, 6)
    if len(_tick_text(highest, step, unit)) > 5:
        step = _step(highest - lowest, 3)
    top = _up_to(highest, step)
    bottom = -_up_to(-lowest, step // 5)
    if top == bottom:
        top = step
    width = BAR_RIGHT - BAR_LEFT

    def place(amount: int) -> int:
        return BAR_LEFT + round_half_away((amount - bottom) * width, top - bottom)

    drawings = []
    height = 0
    for bar, (gains, losses) in zip(bars, parts, strict=True):
        segments = []
        reached = 0
        for status in RAG_ORDER:
            if gains.get(status):
                segments.append(_segment(status, place(reached), place(reached + gains[status])))
                reached += gains[status]
        lost = 0
        for status in RAG_ORDER:
            if losses.get(status):
                segments.append(_segment(status, place(lost + losses[status]), place(lost)))
                lost += losses[status]
        letters = _letters_below(segments)
        net = None
        if segments and (lost or reached != bar.total):
            spot = place(bar.total)
            words = _at(spot, "net" if lost else "target")
            net = Mark(percent(spot), words.text, words.anchor, spot)
        low = net is not None and any(abs(letter.centre - net.centre) < 1200 for letter in letters)
        drawings.append(BarDrawing(bar.label, with_unit(bar.total, unit), height, tuple(segments), letters, net, low))
        height += NET_ROW_HEIGHT if low else ROW_HEIGHT
    first_tick = -(-bottom // step) * step
    ticks = tuple(
        Mark(
            percent(place(amount)), _tick_text(amount, step, unit), "end" if amount == top else "middle", place(amount)
        )
        for amount in range(first_tick, top + 1, step)
    )
    claimed = sum(bar.amounts.get(Status.CLAIMED, 0) for bar in bars)
    sentences = [_sentence(bar, unit, gains, losses) for bar, (gains, losses) in zip(bars, parts, strict=True)]
    return StackedBar(
        key=key,
        title=title,
        note=note,
        description=" ".join(["One bar a year.", *sentences]),
        bars=tuple(drawings),
        ticks=ticks,
        zero=percent(place(0)),
        height=height + AXIS_HEIGHT,
        claimed=claimed_sentence(claimed, unit),
    )


def mini_bar(*, key: str, label: str, unit: Unit, amounts: Mapping[Status, int]) -> MiniBar:
    """The positive shares of one amount in the order D T A R N, filling the width; ``key`` is unique on the page.

    Losses have no share: they are said in the title with everything else. Without a positive amount nothing is drawn.
    """
    drawn = _by_letter(amounts)
    shares = [(status, drawn[status]) for status in RAG_ORDER if drawn.get(status, 0) > 0]
    whole = sum(amount for _, amount in shares)
    width = MINI_RIGHT - MINI_LEFT
    segments = []
    reached = 0
    for status, amount in shares:
        start = MINI_LEFT + round_half_away(reached * width, whole)
        reached += amount
        segments.append(_segment(status, start, MINI_LEFT + round_half_away(reached * width, whole)))
    said = [f"{WORDS[status]} {with_unit(drawn[status], unit)}" for status in RAG_ORDER if drawn.get(status)]
    title = f"{label}: {', '.join(said) if said else 'no amount'}"
    if amounts.get(Status.CLAIMED):
        title += f"; on target includes {with_unit(amounts[Status.CLAIMED], unit)} {CLAIMED_WORDS}"
    return MiniBar(key, title, tuple(segments), _letters_below(segments))


@dataclass(frozen=True, slots=True)
class TrendBar:
    """One value of a series, ready for ``components/trend_bar.html``; without a value nothing is drawn."""

    key: str
    title: str
    x: str
    width: str
    zero: str
    is_drawn: bool


def trend_bars(*, key: str, titles: Sequence[str], values: Sequence[int | None]) -> list[TrendBar]:
    """A bar for each value of a series on one scale from nought; negative ones lie left of it.

    ``values`` are in any one unit, None where there is none; ``titles`` say each in words. ``key`` is unique on the
    page.
    """
    known = [value for value in values if value is not None]
    top, bottom = max([*known, 0]), min([*known, 0])
    span, width = max(top - bottom, 1), BAR_RIGHT - BAR_LEFT

    def place(value: int) -> int:
        return BAR_LEFT + round_half_away((value - bottom) * width, span)

    bars = []
    for number, (title, value) in enumerate(zip(titles, values, strict=True)):
        start, end = sorted((place(0), place(value or 0)))
        bars.append(
            TrendBar(
                key=f"{key}-{number}",
                title=title,
                x=percent(start),
                width=percent(end - start),
                zero=percent(place(0)),
                is_drawn=value is not None,
            )
        )
    return bars


WATERFALL_ROW = 50
UP, DOWN, WHOLE = "up", "down", "whole"


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall: its words, its amount as said, where it lies and how it is drawn (up, down, whole).

    ``joins`` is where the bar ends that the next one begins from; nothing is drawn there after the last.
    """

    label: str
    amount: str
    kind: str
    top: int
    x: str
    width: str
    joins: str

    @property
    def label_y(self) -> int:
        return self.top + 15

    @property
    def bar_y(self) -> int:
        return self.top + 20

    @property
    def bar_bottom(self) -> int:
        return self.top + 36

    @property
    def next_bar_y(self) -> int:
        return self.top + WATERFALL_ROW + 20


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A movement from opening to closing, ready for ``components/waterfall.html``."""

    key: str
    title: str
    note: str
    description: str
    steps: tuple[Step, ...]
    zero: str
    begins_at: str = ""
    """What is said where the bars do not begin at nought, because what was brought is small beside what stands."""

    @property
    def height(self) -> int:
        return len(self.steps) * WATERFALL_ROW - 6


def waterfall(
    *,
    key: str,
    title: str,
    note: str,
    unit: Unit,
    opening: tuple[str, int],
    brought: Sequence[tuple[str, int]],
    closing: tuple[str, int],
) -> Waterfall:
    """The opening as a whole bar, what each cause brought from where the last one ended, and the closing.

    Amounts are whole pounds; causes that brought nothing are said in the description and not drawn. ``key`` is unique
    on the page. Raises ValueError where opening and causes do not come to the closing.
    """
    reached, ends = opening[1], [0, opening[1], closing[1]]
    for _label, amount in brought:
        reached += amount
        ends.append(reached)
    if reached != closing[1]:
        raise ValueError(f"{title}: {opening[1]} and what was brought come to {reached}, not to {closing[1]}")
    base = _base(ends[1:], unit)
    bottom, width = base or min(ends), BAR_RIGHT - BAR_LEFT
    span = max(max(ends) - bottom, 1)

    def place(amount: int) -> int:
        return BAR_LEFT + round_half_away((amount - bottom) * width, span)

    drawn = [(opening[0], with_unit(opening[1], unit), WHOLE, base, opening[1])]
    reached = opening[1]
    for label, amount in brought:
        if amount:
            kind = UP if amount > 0 else DOWN
            drawn.append((label, with_unit(amount, unit, sign=True), kind, reached, reached + amount))
            reached += amount
    drawn.append((closing[0], with_unit(closing[1], unit), WHOLE, base, closing[1]))
    steps = []
    for number, (label, amount_words, kind, begins, ends_at) in enumerate(drawn):
        start, end = sorted((place(begins), place(ends_at)))
        steps.append(
            Step(
                label=label,
                amount=amount_words,
                kind=kind,
                top=number * WATERFALL_ROW,
                x=percent(start),
                width=percent(max(end - start, 20)),
                joins=percent(place(ends_at)) if number < len(drawn) - 1 else "",
            )
        )
    said = [f"{label} {with_unit(amount, unit, sign=True) if amount else 'none'}" for label, amount in brought]
    middle = f" {', '.join(said)}." if said else ""
    return Waterfall(
        key=key,
        title=title,
        note=note,
        description=f"{opening[0]} {with_unit(opening[1], unit)}.{middle} {closing[0]} {with_unit(closing[1], unit)}.",
        steps=tuple(steps),
        zero="" if base else percent(place(0)),
        begins_at=f"The bars begin at {with_unit(base, unit)}, not at nought." if base else "",
    )


def _base(levels: Sequence[int], unit: Unit) -> int:
    """Where the bars begin: at a round amount below all levels where these lie close together above nought; else 0."""
    lowest, highest = min(levels), max(levels)
    if lowest <= 0 or (highest - lowest) * 5 >= highest:
        return 0
    step = max(_step(max(highest - lowest, 1), 2), unit.factor)
    return max((lowest - step) // step * step, 0)
