"""ISO 4217 codes in a cell; a bare sign ($) could be ten currencies and is not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.readers.columns import text
from emstrack.readers.problems import Bad

if TYPE_CHECKING:
    from emstrack.readers.problems import Cell

_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES
    KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    ANG CUC HRK SLL VEF ZWL
"""
CURRENCIES = frozenset(_CODES.split())
"""Codes in use, and those that older bills still carry."""


def read_currency(cell: Cell) -> str | Bad:
    """The code in a cell, in any case; empty where there is none."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    code = spelled.upper()
    return code if code in CURRENCIES else Bad("currency.unknown", {"text": spelled[:60]})
