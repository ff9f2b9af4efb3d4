"""Who is contacted and who is left alone: by md5 of campaign and client, within each risk band."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

LAST = "f" * 32
NOBODY = ""


@dataclass(frozen=True)
class Member:
    """A client of a campaign, as known when it was planned.

    Attributes:
        client_key: Key of the client in all marts.
        client_id: The bank's id.
        risk_band: The stratum.
        churn_probability: The published probability; None where there is none.
        value: Income of a year that counts when the client is kept.
    """

    client_key: str
    client_id: str
    risk_band: str
    churn_probability: float | None
    value: float


@dataclass(frozen=True)
class Split:
    """The two arms of a campaign.

    Attributes:
        treated: Clients to be contacted, in the order they came in.
        control: Clients to be left alone.
        thresholds: By stratum, the greatest hash of its control group: whoever reads one row can check it.
    """

    treated: list[Member]
    control: list[Member]
    thresholds: dict[str, str]


def token(campaign: str, client_key: str) -> str:
    """Hash a client for a campaign; SQL computes the same.

    Args:
        campaign: Name of the campaign.
        client_key: Key of the client.

    Returns:
        32 hexadecimal digits.
    """
    return hashlib.md5(f"{campaign}|{client_key}".encode(), usedforsecurity=False).hexdigest()


def split(campaign: str, members: Sequence[Member], control_share: float) -> Split:
    """Divide clients into those to be contacted and a control group, alike in risk.

    The same campaign and clients give the same arms, whatever the order. In each stratum the control group is
    those with the smallest hashes; parts of a client left over are carried to the next stratum.

    Args:
        campaign: Name of the campaign.
        members: The clients, each once.
        control_share: Share of the control group.

    Returns:
        The arms.
    """
    strata: dict[str, list[str]] = defaultdict(list)
    for member in members:
        strata[member.risk_band].append(token(campaign, member.client_key))
    thresholds, seen, taken = {}, 0, 0
    for stratum in sorted(strata):
        tokens = sorted(strata[stratum])
        seen += len(tokens)
        count = min(int(control_share * seen + 0.5) - taken, len(tokens))
        taken += count
        thresholds[stratum] = threshold_of(tokens, count)
    is_control = {
        member.client_key: token(campaign, member.client_key) <= thresholds[member.risk_band]
        for member in members
    }
    return Split(
        treated=[member for member in members if not is_control[member.client_key]],
        control=[member for member in members if is_control[member.client_key]],
        thresholds=thresholds,
    )


def threshold_of(tokens: Sequence[str], count: int) -> str:
    """Put a threshold between the last hash of the control group and the next one: it is nobody's own.

    Args:
        tokens: Hashes of a stratum, in order.
        count: Size of the control group.

    Returns:
        32 hexadecimal digits; nothing where the control group is empty.

    Examples:
        >>> threshold_of(["0" * 31 + "2", "0" * 31 + "6"], 1)[-1]
        '4'
    """
    if count == 0:
        return NOBODY
    if count == len(tokens):
        return LAST
    return f"{(int(tokens[count - 1], 16) + int(tokens[count], 16)) // 2:032x}"
