"""What a capital, a seat of power, a town, a body or a warship stands for at its place."""

from __future__ import annotations

from pipeline.actors.scan import Scan, Slot
from pipeline.actors.surroundings import ADJECTIVES, HYPHENS, NOUNS, POSSESSIVES, Surroundings
from pipeline.actors.words import Head, next_word, word_before
from pipeline.records import Mention


class Towns(Surroundings):
    """The rules for capitals, seats, places, bodies and ships."""

    def seat(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A palace or street: the government, unless something happens inside or around it."""
        text, entry = scan.text, slot.entry
        if start and text[start - 1] in HYPHENS and self.dropped_before(scan, start):
            return self.anti(scan, start, end, entry)
        if end < len(text) and text[end] in HYPHENS:
            return self.before_hyphen(scan, position, start, end, entry)
        word, begin = word_before(text, start)
        if word == "the":
            word, begin = word_before(text, begin)
        low = word.lower()
        if low == "at" or low in self.words.locative:
            return scan.powerless(start, end, entry, f"location: after '{word}'")
        if low in ("former", "ex"):
            return scan.powerless(start, end, entry, f"'{word}' before it: no longer in office")
        return scan.mention(start, end, entry)

    def capital(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """A capital: the government, unless the town itself is meant."""
        text, entry = scan.text, slot.entry
        word, begin = word_before(text, start)
        if word in self.words.given_names and not (begin and text[begin - 2 : begin - 1] == ","):
            return None
        after = text[end : end + 1]
        if after == ",":
            elsewhere = self.elsewhere(scan, position, end, entry)
            if elsewhere is not None:
                return self.town(scan, start, end, entry, elsewhere, "town of that name")
        if after == "," and entry.label == "Washington" and text.startswith(" D.C", end + 1):
            return self.town(scan, start, end, entry, "", "the town")
        if word.lower() in self.words.locative and text[end : end + 2] not in POSSESSIVES:
            return self.town(scan, start, end, entry, "", f"location: after '{word}'")
        if word == "capital" or text.startswith("capital, ", start - 9):
            return self.town(scan, start, end, entry, "", "'capital' before it")
        if entry.label == "Jerusalem" and word in ("on", "over", "to", "of", "for", "as"):
            return self.town(scan, start, end, entry, "", "the city whose status is disputed")
        if word in ("of", "from"):
            first, _ = word_before(text, begin)
            if word == "of" and first.lower() in self.words.place_of:
                return self.town(scan, start, end, entry, "", f"location: '{first} of'")
        if after and after in HYPHENS:
            mention = self.before_hyphen(scan, position, start, end, entry)
            return mention
        following = next_word(text, end)
        if following is not None and following.group(1).lower() in self.words.local:
            return self.town(scan, start, end, entry, "", f"'{following.group(1)}' after it")
        if start and text[start - 1] in HYPHENS and self.dropped_before(scan, start):
            return self.anti(scan, start, end, entry)
        return scan.mention(start, end, entry)

    def place(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A town or region: it may be struck or visited, it never acts."""
        text, entry = scan.text, slot.entry
        word, _ = word_before(text, start)
        if word in self.words.given_names:
            return None
        if text[end : end + 1] == ",":
            elsewhere = self.elsewhere(scan, position, end, entry)
            if elsewhere is not None and elsewhere != entry.actor:
                return self.town(scan, start, end, entry, elsewhere, "town of that name")
        if text[end : end + 1] in HYPHENS and text[end : end + 1]:
            stop = end + 1
            while stop < len(text) and text[stop].isalpha():
                stop += 1
            if text[end + 1 : stop].lower() in self.words.hyphen_none:
                return None
        return scan.mention(start, end, entry)

    def body(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """A ministry, agency, army …: acts for its state."""
        text, entry = scan.text, slot.entry
        if slot.shouted and scan.in_capitals(start, end):
            return None
        word, _ = word_before(text, start)
        if word in ("former", "Former", "ex"):
            return scan.powerless(start, end, entry, f"'{word}' before it: no longer in office")
        if start and text[start - 1] in HYPHENS and self.dropped_before(scan, start):
            return self.anti(scan, start, end, entry)
        if end < len(text) and text[end] in HYPHENS:
            return self.before_hyphen(scan, position, start, end, entry)
        following = next_word(text, end)
        if following is not None and entry.may_act:
            head = self.words.heads.get(following.group(1).lower())
            if head is Head.PRIVATE and following.group(1)[0].islower():
                why = f"'{following.group(1)}' after it: private"
                return scan.powerless(start, end, entry, why)
        return scan.mention(start, end, entry)

    def shared_body(
        self, scan: Scan, position: int, start: int, end: int, slot: Slot
    ) -> Mention | None:
        """ "Foreign Office", "Security Council": the nationality before it decides."""
        entry = slot.entry
        unsure = entry.confidence <= 0.7 and scan.others_only(entry.actor)
        if position:
            _, before_start, before_end = scan.found[position - 1]
            gap = scan.text[before_end:start]
            if gap in (" ", "'s ", "’s ") and scan.form(position - 1) in ADJECTIVES | NOUNS:
                owner = scan.slot(position - 1).entry
                if owner.actor != entry.actor:
                    why = f"{entry.label} of {scan.text[before_start:before_end]}"
                    return Mention(start, end, scan.text[start:end], owner.actor, entry.kind,
                                   entry.label, entry.may_act, 0.95, why)  # fmt: skip
        for link in (" of ", " of the "):
            if scan.text.startswith(link, end) and scan.match_starts(position + 1, end + len(link)):
                if scan.form(position + 1) in NOUNS:
                    owner = scan.slot(position + 1).entry
                    why = f"{entry.label} of {owner.actor}"
                    return Mention(start, end, scan.text[start:end], owner.actor, entry.kind,
                                   entry.label, entry.may_act, 0.95, why)  # fmt: skip
        return None if unsure else self.body(scan, position, start, end, slot)

    def ship(self, scan: Scan, position: int, start: int, end: int, slot: Slot) -> Mention | None:
        """ "USS Cole": the prefix and the capitalised words that follow."""
        text, stop = scan.text, end
        for _ in range(3):
            following = next_word(text, stop)
            if following is None or not following.group(1)[0].isupper():
                break
            word = following.group(1).rstrip(".")
            stop = following.start(1) + len(word)
            if word.endswith(("'s", "’s")):
                stop -= 2
                break
        if stop == end:
            return None
        return scan.mention(start, stop, slot.entry, "military", 0.9, "warship")
