"""Sprig's times and durations, against what sprig gives; the clock stands at a fixed moment."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_toDate "2006-01-02" "2020-02-03"': '2020-02-03 00:00:00 +0000 UTC',
    'sprig_toDate "2006-01-02" "x"': '0001-01-01 00:00:00 +0000 UTC',
    'sprig_toDate "2006-01-02 15:04:05 -0700" "2020-02-03 04:05:06 +0130"': '2020-02-03 04:05:06 +0130 +0130',
    'sprig_mustToDate "2006-01-02" "x"': '! error calling sprig_mustToDate: parsing time "…" as "…": cannot parse "…" as "…"',
    'sprig_mustToDate "2006-01-02" "2020-13-01"': '! error calling sprig_mustToDate: parsing time "…": month out of range',
    'sprig_mustToDate "2006-01-02" "2020-02-30"': '! error calling sprig_mustToDate: parsing time "…": day out of range',
    'sprig_mustToDate "2006" "2020x"': '! error calling sprig_mustToDate: parsing time "…": extra text: "…"',
    'sprig_unixEpoch (sprig_toDate "2006-01-02" "2020-02-03")': '1580688000',
    'sprig_unixEpoch (sprig_toDate "" "x")': '-62135596800',
    'sprig_unixEpoch 5': "! can't handle 5 for arg of type time.Time",
    'sprig_mustDateModify "1h" (sprig_toDate "2006" "2020")': '2020-01-01 01:00:00 +0000 UTC',
    'sprig_must_date_modify "-25h" (sprig_toDate "2006" "2020")': '2019-12-30 23:00:00 +0000 UTC',
    'sprig_mustDateModify "x" (sprig_toDate "2006" "2020")': '! error calling sprig_mustDateModify: time: invalid duration "…"',
    'sprig_mustDateModify "1" (sprig_toDate "2006" "2020")': '! error calling sprig_mustDateModify: time: missing unit in duration "…"',
    'sprig_mustDateModify "1x" (sprig_toDate "2006" "2020")': '! error calling sprig_mustDateModify: time: unknown unit "…" in duration "…"',
    'sprig_duration "95"': '1m35s',
    'sprig_duration 95': '0s',
    'sprig_duration .i64': '7s',
    'sprig_duration (sprig_int64 -3700)': '-1h1m40s',
    'sprig_duration "x"': '0s',
    'sprig_duration "99999999999999999999"': '-1s',
    'sprig_duration nil': '0s',
    'sprig_durationRound "2h10m5s"': '2h',
    'sprig_durationRound "2400h"': '3mo',
    'sprig_durationRound "-90s"': '1m',
    'sprig_durationRound "1s"': '0s',
    'sprig_durationRound "x"': '0s',
    'sprig_durationRound (sprig_int64 9000000000000)': '2h',
    'sprig_durationRound 5': '0s',
    'sprig_durationRound "9000h"': '1y',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
