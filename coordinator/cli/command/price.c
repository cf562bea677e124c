#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "coordinator/cli/cli.h"
#include "coordinator/merge/spread.h"
#include "coordinator/plan/measure.h"

#define REGIONS 21
#define SHARES 15 /* of the noise of a sum of 21: all but a third may be trusted */

static const char help[] =
    "Usage: rikstal price\n"
    "\n"
    "What a count costs at every region, and how far its figures may be from the truth, for each\n"
    "sigma. One point is rho 0.001 of zero-concentrated differential privacy. A question that was\n"
    "asked before costs nothing for the life of the regions' data. Asks nobody.\n";

int price_command(int argc, char **argv)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {0}};
    struct err err;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return EXIT_OK;
        }
        err_set(&err, ERR_INVALID, "`rikstal price --help`");
        return cli_failed("price", &err);
    }
    printf("sigma\tpoints\tnano_rho\tregion_95\tnational_95_of_%d\tsum_95_of_%d\n", REGIONS,
           REGIONS);
    for (size_t i = 0; sigma_menu[i]; i++) {
        int64_t nrho = price_nrho(sigma_menu[i]);

        printf("%u\t%.2f\t%" PRId64 "\t±%" PRId64 "\t±%" PRId64 "\t±%" PRId64 "\n", sigma_menu[i],
               (double)nrho / (double)NRHO_PER_POINT, nrho,
               spread_half_width(1, sigma_menu[i], 0.95),
               spread_half_width(REGIONS, sigma_menu[i], 0.95),
               spread_sum_half_width(REGIONS, SHARES, sigma_menu[i], 0.95));
    }
    return EXIT_OK;
}
