#include <epochlog.h>

int main(void)
{
  epochlog_run *run = epochlog_start(&(epochlog_options){.name = "ridge"}, NULL);

  for (int step = 0; step < 100; step++) epochlog_log(run, "loss", 1.0 / (step + 1));
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 1;
}
