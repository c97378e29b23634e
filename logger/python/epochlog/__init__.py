"""Logs training runs to plain files and reads them back."""
