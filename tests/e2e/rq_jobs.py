"""What the jobs of a queue do."""


def square(number):
    return number * number


def fail():
    raise ValueError("no such thing")
