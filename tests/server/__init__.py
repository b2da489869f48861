"""Tests of the server, a file for each module and each way to be rude."""
