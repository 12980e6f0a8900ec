"""okr-coach: the coach beside the pen for people who write OKRs."""

__version__ = "0.1.0"
