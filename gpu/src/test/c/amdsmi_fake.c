/*
 * A driver without a GPU: what libamd_smi.so offers of the calls that streamgauge makes, against the
 * layouts of amdsmi.h (ROCm 6.0 to 7), written out here anew. It answers from the file "script"
 * beside it, read at each call, as nvml_fake.c does:
 *
 *   count N                           how many GPUs, one on each socket
 *   gpuI.NAME VALUE                   what GPU I has; without a line it is NOT_SUPPORTED
 *   return.FUNCTION CODE              that call fails so
 *   hang.FUNCTION 1                   that call comes back when the line is gone
 *   overrun_bytes N                   that much is written behind a struct's end
 *   metrics_bytes N                   only so much of the metrics is written, as by older versions
 *   print TEXT                        each call prints it, in every way that C has
 */
#include "script.h"

#include <stddef.h>
#include <stdint.h>

enum { SUCCESS = 0, INVAL = 1, NOT_SUPPORTED = 2, NOT_INIT = 32, GPUS = 16 };

/* up to what is read of it */
typedef struct {
  struct { uint16_t structure_size; uint8_t format_revision, content_revision; } header;
  uint16_t temperature[6], activity[3], average_socket_power;
  uint64_t energy_accumulator, system_clock_counter;
  uint16_t average_clocks[7], current_clocks[7];
  uint32_t throttle_status;
  uint16_t fan, pcie_width, pcie_speed;
  uint32_t gfx_activity_acc, mem_activity_acc;
  uint16_t temperature_hbm[4];
  uint64_t firmware_timestamp;
  uint16_t voltage[3];
  uint64_t indep_throttle_status;
  uint16_t current_socket_power, vcn_activity[4];
  uint32_t gfxclk_lock_status;
  uint16_t xgmi_width, xgmi_speed;
  uint64_t pcie[5], xgmi_read[8], xgmi_write[8];
  uint16_t gfxclks[8], socclks[4], vclk0s[4], dclk0s[4], jpeg_activity[32];
  uint32_t nak_sent, nak_received;
  uint64_t accumulation_counter, residency[5];
} metrics_t;
_Static_assert(offsetof(metrics_t, average_socket_power) == 22, "average_socket_power");
_Static_assert(offsetof(metrics_t, indep_throttle_status) == 112, "indep_throttle_status");
_Static_assert(offsetof(metrics_t, current_socket_power) == 120, "current_socket_power");
_Static_assert(offsetof(metrics_t, xgmi_read) == 184, "xgmi_read_data_acc");
_Static_assert(offsetof(metrics_t, xgmi_write) == 248, "xgmi_write_data_acc");
_Static_assert(offsetof(metrics_t, residency) == 432, "prochot_residency_acc");

static struct gpu { int index; } gpus[GPUS];
static int initialized;

/* By std::cout, where prints.cc was built with this. */
__attribute__((weak)) void print_by_cpp(const char *text);

static void print(void) {
  const char *line = script("print");
  if (!line) return;
  char text[512];
  snprintf(text, sizeof text, "%s", line);
  printf("%s by printf\n", text);
  puts(text);
  fprintf(stdout, "%s by fprintf\n", text);
  if (print_by_cpp) print_by_cpp(text);
}

/* What the script says that a call returns; it hangs and prints while asked to. */
static int scripted(const char *function) {
  char key[128];
  hang(function);
  print();
  snprintf(key, sizeof key, "return.%s", function);
  const char *code = script(key);
  return code ? (int)strtoul(code, NULL, 0) : SUCCESS;
}
static int begin(const char *function) {
  int code = scripted(function);
  return code == SUCCESS && !initialized ? NOT_INIT : code;
}
#define BEGIN                        \
  do {                               \
    int code_ = begin(__func__);     \
    if (code_ != SUCCESS) return code_; \
  } while (0)

static const char *of(struct gpu *gpu, const char *name) {
  char key[96];
  snprintf(key, sizeof key, "gpu%d.%s", gpu->index, name);
  return script(key);
}
static int value(struct gpu *gpu, const char *name, uint64_t *out) {
  const char *text = of(gpu, name);
  if (!text) return NOT_SUPPORTED;
  *out = strtoull(text, NULL, 0);
  return SUCCESS;
}
/* Into a caller's struct. */
static int u64(struct gpu *gpu, const char *name, uint64_t *out) {
  int code = value(gpu, name, out);
  if (code == SUCCESS) overrun(out, sizeof *out);
  return code;
}
static int u32(struct gpu *gpu, const char *name, uint32_t *out) {
  uint64_t wide = 0;
  int code = value(gpu, name, &wide);
  if (code == SUCCESS) {
    *out = (uint32_t)wide;
    overrun(out, sizeof *out);
  }
  return code;
}
static uint64_t count(void) { return number("count", 0); }

int amdsmi_init(uint64_t flags) {
  int code = scripted(__func__);
  if (code != SUCCESS) return code;
  if (flags != 2) return INVAL;
  for (int i = 0; i < GPUS; i++) gpus[i].index = i;
  initialized = 1;
  return SUCCESS;
}
int amdsmi_shut_down(void) { initialized = 0; return scripted(__func__); }
int amdsmi_get_socket_handles(uint32_t *n, void **out) {
  BEGIN;
  if (*n > count()) *n = (uint32_t)count();
  for (uint32_t i = 0; i < *n; i++) out[i] = &gpus[i];
  return SUCCESS;
}
int amdsmi_get_processor_handles(void *socket, uint32_t *n, void **out) {
  BEGIN;
  *n = 1;
  out[0] = socket;
  overrun(out, sizeof *out);
  return SUCCESS;
}
int amdsmi_get_processor_type(struct gpu *gpu, uint32_t *out) { BEGIN; (void)gpu; *out = 1; return SUCCESS; }
static int text(struct gpu *gpu, const char *name, char *out) {
  const char *found = of(gpu, name);
  if (!found) return NOT_SUPPORTED;
  strcpy(out, found);
  overrun(out, 256);
  return SUCCESS;
}
int amdsmi_get_gpu_device_uuid(struct gpu *gpu, uint32_t *length, char *out) {
  BEGIN;
  if (*length < 38) return INVAL;
  return text(gpu, "uuid", out);
}
int amdsmi_get_gpu_device_bdf(struct gpu *gpu, uint64_t *out) { BEGIN; return u64(gpu, "bdf", out); }
int amdsmi_get_gpu_asic_info(struct gpu *gpu, char *out) { BEGIN; return text(gpu, "name", out); }
int amdsmi_get_gpu_driver_info(struct gpu *gpu, char *out) { BEGIN; return text(gpu, "driver", out); }
int amdsmi_get_gpu_compute_partition(struct gpu *gpu, char *out, uint32_t length) {
  BEGIN;
  return length < 4 ? INVAL : text(gpu, "partition", out);
}
int amdsmi_get_gpu_activity(struct gpu *gpu, uint32_t *out) {
  BEGIN;
  int code = u32(gpu, "gfx", out);
  return code == SUCCESS ? u32(gpu, "umc", out + 1) : code;
}
int amdsmi_get_gpu_memory_usage(struct gpu *gpu, int type, uint64_t *out) { BEGIN; return type ? INVAL : u64(gpu, "memory_used", out); }
int amdsmi_get_gpu_memory_total(struct gpu *gpu, int type, uint64_t *out) { BEGIN; return type ? INVAL : u64(gpu, "memory_total", out); }
int amdsmi_get_gpu_metrics_info(struct gpu *gpu, metrics_t *out) {
  BEGIN;
  metrics_t all;
  uint64_t watts = 0, ppt = 0;
  if (value(gpu, "watts", &watts) != SUCCESS) return NOT_SUPPORTED;
  memset(&all, 0xFF, sizeof all);
  const char *average = of(gpu, "average_watts");
  if (average) all.average_socket_power = (uint16_t)atoi(average);
  all.current_socket_power = (uint16_t)watts;
  value(gpu, "throttle", &all.indep_throttle_status);
  value(gpu, "xgmi_read", &all.xgmi_read[0]);
  value(gpu, "xgmi_write", &all.xgmi_write[0]);
  if (value(gpu, "ppt", &ppt) == SUCCESS) {
    for (int i = 0; i < 5; i++) all.residency[i] = i == 1 ? ppt : 0;
  }
  memcpy(out, &all, number("metrics_bytes", sizeof all));
  overrun(out, sizeof all);
  return SUCCESS;
}
int amdsmi_get_power_cap_info(struct gpu *gpu, uint32_t sensor, uint64_t *out) { BEGIN; return sensor ? INVAL : u64(gpu, "power_cap", out); }
int amdsmi_get_energy_count(struct gpu *gpu, uint64_t *out, float *resolution, uint64_t *at) {
  BEGIN;
  int code = value(gpu, "energy", out);
  *resolution = 15.3f;
  *at = 1;
  overrun(at, sizeof *at);
  return code;
}
int amdsmi_get_temp_metric(struct gpu *gpu, int sensor, int metric, int64_t *out) {
  BEGIN;
  if (metric) return INVAL;
  return u64(gpu, sensor ? "hotspot" : "edge", (uint64_t *)out);
}
int amdsmi_get_clock_info(struct gpu *gpu, int type, uint32_t *out) {
  BEGIN;
  return u32(gpu, type == 0 ? "gfxclk" : type == 4 ? "memclk" : type == 6 ? "vclk" : "?", out);
}
int amdsmi_get_gpu_total_ecc_count(struct gpu *gpu, uint64_t *out) {
  BEGIN;
  int code = u64(gpu, "ecc_corrected", out);
  return code == SUCCESS ? u64(gpu, "ecc_uncorrected", out + 1) : code;
}
