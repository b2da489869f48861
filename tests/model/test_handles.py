"""A script that is shortened: what its numbers stand for."""

from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.model import ModelKernel, measure
from epollref.model.scripts import pending
from epollref.model.verify.handles import named, numbered
from epollref.trace.calls import Call

SCRIPT: list[Call] = [
    pending.eventfd(0),
    pending.SOCKETPAIR,
    pending.create(),
    pending.dup(5),
    pending.control(6, EPOLL_CTL_ADD, 7, EPOLLIN, 9),
    pending.poll(7),
    pending.poll(50),
    pending.close(50),
    pending.fdinfo(6),
    pending.write(4, b"hello"),
    pending.read(5, 8),
    pending.wait(6, 8),
    pending.RETURNED,
]
"""With numbers that nobody has made."""


def model() -> ModelKernel:
    return ModelKernel(measure())


def test_a_whole_script_keeps_its_numbers() -> None:
    assert numbered(named(SCRIPT, model()), model) == SCRIPT


def test_numbers_follow_what_made_them() -> None:
    lines = named(SCRIPT, model())
    shorter = numbered(lines[1:], model)
    assert shorter == [
        pending.SOCKETPAIR,
        pending.create(),
        pending.dup(4),
        pending.control(5, EPOLL_CTL_ADD, 6, EPOLLIN, 9),
        pending.poll(6),
        pending.poll(50),
        pending.close(50),
        pending.fdinfo(5),
        pending.write(3, b"hello"),
        pending.read(4, 8),
        pending.wait(5, 8),
        pending.RETURNED,
    ]


def test_what_nobody_makes_any_more_is_no_descriptor() -> None:
    lines = named(SCRIPT, model())
    assert numbered([*lines[:3], *lines[4:6]], model)[-2:] == [
        pending.control(6, EPOLL_CTL_ADD, -1, EPOLLIN, 9),
        pending.poll(-1),
    ]
