"""``[alerts]``: when a pair alerts, and where alerts are sent::

[alerts]
level = 60            # tension; false: never
change = 40           # points in 7 days
zscore = 3            # deviations from the trailing year
webhook = "https://hooks.example.org/tension"

[[alerts.pair]]       # other thresholds for one pair
name = "RUS-UKR"
level = false
zscore = 4
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass

from pipeline.records import pair_name

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_PAIR = re.compile(r"([A-Z]{3,4})-([A-Z]{3,4})")


def _only_false(value: bool) -> bool:
    if value:
        raise ValueError("must be a number, or false for no alerts")
    return value


#: A measure that is not to alert. No Literal[False]: 0 would pass for one.
Off = Annotated[bool, AfterValidator(_only_false)]
Level = Annotated[float, Field(ge=-100, le=100)] | Off
Change = Annotated[float, Field(gt=0, le=200)] | Off
Zscore = Annotated[float, Field(gt=0, le=100)] | Off


@dataclass(frozen=True, config=_STRICT)
class PairAlerts:
    """``[[alerts.pair]]``: thresholds of one pair; what it leaves out is as for all."""

    #: Two actor codes, ``RUS-USA``, in any order and case.
    name: str
    level: Level | None = None
    change: Change | None = None
    zscore: Zscore | None = None

    @field_validator("name")
    @classmethod
    def _is_pair(cls, name: str) -> str:
        match = _PAIR.fullmatch(name.strip().upper())
        if match is None or match[1] == match[2]:
            raise ValueError("must be two actor codes, as RUS-USA")
        return pair_name(match[1], match[2])


@dataclass(frozen=True, config=_STRICT)
class AlertSettings:
    """``[alerts]``: thresholds for every pair, and the webhook."""

    enabled: bool = True
    #: Tension, −100 to 100, at which a pair alerts.
    level: Level = 60.0
    #: Points of tension within 7 days.
    change: Change = 40.0
    #: Deviations above the trailing year.
    zscore: Zscore = 3.0
    #: An alert is over once its value lies so far below the threshold.
    level_margin: float = Field(default=10.0, ge=0, le=200)
    change_margin: float = Field(default=10.0, ge=0, le=400)
    zscore_margin: float = Field(default=1.0, ge=0, le=100)
    #: http(s) address that new alerts are posted to as JSON; "" = none. Often a
    #: secret, so it never appears in a log; ``TENSION_WEBHOOK_URL`` replaces it.
    webhook: str = Field(default="", repr=False, max_length=2000)
    #: Time for one post, connection to answer, in seconds.
    timeout_seconds: float = Field(default=10.0, gt=0, le=120)
    #: ``[[alerts.pair]]``.
    pair: tuple[PairAlerts, ...] = field(default=())

    @field_validator("webhook")
    @classmethod
    def _is_web_address(cls, webhook: str) -> str:
        if not webhook:
            return webhook
        try:
            parts = urlsplit(webhook)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
            good = good and parts.port != 0 and webhook.isprintable() and " " not in webhook
        except ValueError:
            good = False
        if not good:
            raise ValueError("must be an address that begins with http:// or https://")
        return webhook

    def rule(
        self, kind: Literal["level", "change", "zscore"], pair: str
    ) -> tuple[float, float] | None:
        """Threshold and margin of a pair, None where it does not alert."""
        if not self.enabled:
            return None
        threshold: float | Literal[False] = getattr(self, kind)
        for own in self.pair:
            if own.name == pair and (stated := getattr(own, kind)) is not None:
                threshold = stated
        # 0 is a threshold; only false switches a measure off.
        if threshold is False:
            return None
        return float(threshold), float(getattr(self, f"{kind}_margin"))
