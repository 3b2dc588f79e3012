"""Go's fmt: Sprint, Sprintln and Sprintf over the values of templates.

A format that does not fit its arguments is no error: Go prints `%!d(string=x)`. FunctionError is raised only
for more text than Printer takes, or more work than `scope` allows.
"""

from __future__ import annotations

from vexec.template.format import Flags
from vexec.template.printer import Printer, method_text, struct_steps
from vexec.template.strconv import canonical
from vexec.template.values import MISSING, Int, Struct, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from vexec.template.scope import Scope

LARGEST = 1_000_000  # of widths and precisions; one with a digit more that is written in the format passes


def sprint(args: Sequence[Any], scope: Scope | None = None) -> str:
    """Print values as fmt.Sprint: with a space between two that are both no text."""
    printer = Printer(scope)
    was_text = True
    for arg in args:
        is_text = isinstance(arg, str)
        if not is_text and not was_text:
            printer.add(" ")
        printer.print(arg, "v")
        was_text = is_text
    return printer.text()


def sprintln(args: Sequence[Any], scope: Scope | None = None) -> str:
    """Print values as fmt.Sprintln: with spaces between them and a newline at the end."""
    printer = Printer(scope)
    for number, arg in enumerate(args):
        if number:
            printer.add(" ")
        printer.print(arg, "v")
    printer.add("\n")
    return printer.text()


def sprintf(template: str, args: Sequence[Any], scope: Scope | None = None) -> str:
    """Print values as a format says, as fmt.Sprintf."""
    return Directives(canonical(template), args, Printer(scope)).run()


def format_value(value: Any, scope: Scope | None = None) -> str:
    """Print one value as an action of text/template does: as Sprint, but what a pointer points to without &.

    A nil interface gives <nil>: the caller knows when it is <no value>.
    """
    if type(value) is str:
        return value
    printer = Printer(scope)
    if isinstance(value, Struct) and not value.is_nil and method_text(value, "v") is None:
        printer.walk(struct_steps(printer, value), "v", 1)
    else:
        printer.print(value, "v")
    return printer.text()


class Directives:
    """Goes through a format: text, and directives `%[flags][width][.precision]verb`.

    An argument's index, `[n]`, may stand before a `*` and before the verb. `number` is the next argument.
    """

    def __init__(self, template: str, args: Sequence[Any], printer: Printer) -> None:
        self.template = template
        self.args = args
        self.printer = printer
        self.index = 0
        self.number = 0
        self.is_reordered = False
        self.is_good = True  # no index of the directive at hand is out of range or out of place

    def run(self) -> str:
        """Return what is printed."""
        template, printer = self.template, self.printer
        while (start := template.find("%", self.index)) >= 0:
            printer.add(template[self.index : start])
            self.index = start + 1
            if not self.plain_directive():
                self.directive()
        printer.add(template[self.index :])
        if not self.is_reordered and self.number < len(self.args):
            self.extra()
        return printer.text()

    def plain_directive(self) -> bool:
        """Print a %s, %v or %d of what needs no look at flags; False if it is something else."""
        if self.number >= len(self.args):
            return False
        verb, arg = self.template[self.index : self.index + 1], self.args[self.number]
        if type(arg) is str and verb in ("s", "v"):
            self.printer.add(arg)
        elif type(arg) is int and verb in ("d", "v"):
            self.printer.add(str(arg))
        else:
            return False
        self.index += 1
        self.number += 1
        return True

    def directive(self) -> None:
        """Print one directive; the index stands behind its %."""
        template = self.template
        flags = self.printer.flags = Flags()
        self.is_good = True
        while flags.accept(template[self.index : self.index + 1]):
            self.index += 1
        has_index = self.width(flags, has_index=self.argument_index())
        if template[self.index : self.index + 1] == "." and self.index + 1 < len(template):
            self.index += 1
            self.is_good &= not has_index
            has_index = self.precision(flags, has_index=self.argument_index())
        if not has_index:
            self.argument_index()
        verb = template[self.index : self.index + 1]
        self.index += 1
        self.verb("\ufffd" if "\ud800" <= verb < "\ue000" else verb)

    def verb(self, verb: str) -> None:
        """Print the argument that a directive has come to."""
        printer = self.printer
        if not verb:
            printer.add("%!(NOVERB)")
        elif verb == "%":
            printer.add("%")
        elif not self.is_good:
            printer.add(f"%!{verb}(BADINDEX)")
        elif self.number >= len(self.args):
            printer.add(f"%!{verb}(MISSING)")
        else:
            if verb in ("v", "w"):
                printer.flags.turn_v()
            printer.print(self.args[self.number], verb)
            self.number += 1

    def width(self, flags: Flags, *, has_index: bool) -> bool:
        """Read a width; return whether an index stands last so far."""
        if self.template[self.index : self.index + 1] != "*":
            width = self.digits(len(self.template))
            self.is_good &= width is None or not has_index  # %[3]2d
            flags.width = width or 0
            return has_index
        width = self.star()
        if width is None:
            self.printer.add("%!(BADWIDTH)")
        elif width < 0:
            flags.is_minus, flags.is_zero = True, False
        flags.width = abs(width or 0)
        return False

    def precision(self, flags: Flags, *, has_index: bool) -> bool:
        """Read a precision, 0 if there is none after the point; see `width`."""
        if self.template[self.index : self.index + 1] != "*":
            flags.precision = self.digits(len(self.template)) or 0
            return has_index
        precision = self.star()
        if precision is None or precision < 0:
            self.printer.add("%!(BADPREC)")
        else:
            flags.precision = precision
        return False

    def star(self) -> int | None:
        """Return the argument that a * takes, None if it is no integer of a possible size."""
        self.index += 1
        if self.number >= len(self.args):
            return None
        arg = self.args[self.number]
        self.number += 1
        return int(arg) if type(arg) in (int, Int) and abs(arg) <= LARGEST else None

    def digits(self, end: int) -> int | None:
        """Read a number, None if there is none; one that is too large takes everything up to `end`."""
        start, number = self.index, 0
        while self.index < end and "0" <= self.template[self.index] <= "9":
            if number > LARGEST:
                self.index = end
                return None
            number = number * 10 + int(self.template[self.index])
            self.index += 1
        return number if self.index > start else None

    def argument_index(self) -> bool:
        """Read an index `[n]`; return whether there is one that can be read."""
        if self.template[self.index : self.index + 1] != "[":
            return False
        self.is_reordered = True
        end = self.template.find("]", self.index) if len(self.template) - self.index > 2 else -1
        self.index += 1
        if end < 0:
            self.is_good = False
            return False
        number = self.digits(end)
        is_read = number is not None and self.index == end
        self.index = end + 1
        if number is not None and is_read and 0 < number <= len(self.args):
            self.number = number - 1
        else:
            self.is_good = False
        return is_read

    def extra(self) -> None:
        """Print the arguments that no directive took."""
        printer = self.printer
        printer.flags = Flags()
        separator = "%!(EXTRA "
        for arg in self.args[self.number :]:
            is_nil = arg is None or arg is MISSING
            printer.add(separator if is_nil else f"{separator}{type_of(arg)}=")
            printer.print(arg, "v")
            separator = ", "
        printer.add(")")
