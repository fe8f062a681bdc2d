"""Passerelle: a knowledge-exchange forum and good-practice library."""

__version__ = "0.1.0"
