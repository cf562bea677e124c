"""Write the schema steps as one C table: embed.py OUT NAME 001.sql 002.sql ..."""
import sys

out, name, *steps = sys.argv[1:]
with open(out, 'w', encoding='ascii') as c:
    c.write('#include <stddef.h>\n\n')
    for number, step in enumerate(steps, 1):
        with open(step, 'rb') as sql:
            numbers = ','.join(str(byte) for byte in sql.read() + b'\0')
        c.write(f'static const char step_{number}[] = {{{numbers}}};\n')
    c.write(f'extern const char *const {name}[];\n')
    table = ', '.join(f'step_{number}' for number in range(1, len(steps) + 1))
    c.write(f'const char *const {name}[] = {{{table}, NULL}};\n')
