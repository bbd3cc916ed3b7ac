/*
 * A driver without a GPU: what libnvidia-ml.so.1 offers of the calls that streamgauge makes, against
 * the layouts of nvml.h 12.9, which are written out here anew so that the two sides check each other.
 *
 * What it answers is read anew at each call from the file "script" beside this library, lines of
 * "key value":
 *
 *   count N, driver TEXT              how many GPUs; the version
 *   gpuI.NAME VALUE                   what GPU I has; without a line it is NOT_SUPPORTED
 *   gpuI.migJ.NAME VALUE              the same of its J-th MIG device, which exists by its uuid
 *   gpuI.fieldF VALUE                 a field value of 64 bits; gpuI.fieldF.32 of 32
 *   gpuI.fieldF.linkL VALUE           the same for a scope that is one link, not all of them
 *   gpuI.gpmM PERCENT                 a GPM metric
 *   eventK "I XID [GPU-INSTANCE]"     the K-th event, told once
 *   return.FUNCTION[.gpuI] CODE       that call fails so; return.gpuI: each call for that GPU
 *   return.fieldF CODE                the code within that field's answer
 *   hang.FUNCTION 1                   that call comes back when the line is gone
 *   overrun_bytes N                   that much is written behind a struct's end
 *
 * Built with -DOLD_DRIVER it lacks what came after driver 450.
 */
#include "script.h"

#include <stddef.h>
#include <stdint.h>

typedef int nvmlReturn_t;
enum {
  SUCCESS = 0,
  UNINITIALIZED = 1,
  INVALID_ARGUMENT = 2,
  NOT_SUPPORTED = 3,
  NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7,
  TIMEOUT = 10,
  VERSION_MISMATCH = 25
};

typedef struct { unsigned gpu, memory; } utilization_t;
_Static_assert(sizeof(utilization_t) == 8, "nvmlUtilization_t");

typedef struct { unsigned long long total, free, used; } memory_t;
_Static_assert(sizeof(memory_t) == 24, "nvmlMemory_t");

typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory_v2_t;
_Static_assert(sizeof(memory_v2_t) == 40, "nvmlMemory_v2_t");
_Static_assert((sizeof(memory_v2_t) | 2u << 24) == 0x02000028u, "nvmlMemory_v2");

typedef struct { unsigned version; int sensorType; int temperature; } temperature_t;
_Static_assert(sizeof(temperature_t) == 12, "nvmlTemperature_v1_t");
_Static_assert((sizeof(temperature_t) | 1u << 24) == 0x0100000Cu, "nvmlTemperature_v1");

typedef union {
  double dVal;
  unsigned uiVal;
  unsigned long ulVal;
  unsigned long long ullVal;
  long long sllVal;
  int siVal;
  unsigned short usVal;
} value_t;
typedef struct {
  unsigned fieldId, scopeId;
  long long timestamp, latencyUsec;
  int valueType;
  nvmlReturn_t nvmlReturn;
  value_t value;
} field_value_t;
_Static_assert(sizeof(field_value_t) == 40, "nvmlFieldValue_t");
_Static_assert(offsetof(field_value_t, value) == 32, "nvmlFieldValue_t.value");

typedef struct device *device_t;
typedef struct {
  device_t device;
  unsigned long long eventType, eventData;
  unsigned gpuInstanceId, computeInstanceId;
} event_t;
_Static_assert(sizeof(event_t) == 32, "nvmlEventData_t");

typedef struct { unsigned version, isSupportedDevice; } gpm_support_t;
_Static_assert(sizeof(gpm_support_t) == 8, "nvmlGpmSupport_t");

typedef struct gpm_sample { char key[32]; } *gpm_sample_t;
typedef struct {
  unsigned metricId;
  nvmlReturn_t nvmlReturn;
  double value;
  struct { char *shortName, *longName, *unit; } metricInfo;
} gpm_metric_t;
_Static_assert(sizeof(gpm_metric_t) == 40, "nvmlGpmMetric_t");
typedef struct {
  unsigned version, numMetrics;
  gpm_sample_t sample1, sample2;
  gpm_metric_t metrics[333];
} gpm_metrics_t;
_Static_assert(offsetof(gpm_metrics_t, metrics) == 24, "nvmlGpmMetricsGet_t.metrics");

enum { GPUS = 16, INSTANCES = 8 };
struct device { char key[32]; int gpu, instance; };
static struct device gpus[GPUS], instances[GPUS][INSTANCES];
static int event_set;
static int initialized;
static int events_told;

/* What the script says that a call returns, for every device or for one; it hangs while asked to. */
static nvmlReturn_t begin(const char *function, device_t device) {
  char key[160];
  hang(function);
  snprintf(key, sizeof key, "return.%s", function);
  const char *code = script(key);
  if (!code && device) {
    snprintf(key, sizeof key, "return.%s.%s", function, device->key);
    code = script(key);
    if (!code) {
      snprintf(key, sizeof key, "return.%s", device->key);
      code = script(key);
    }
  }
  if (code) return atoi(code);
  return initialized ? SUCCESS : UNINITIALIZED;
}

/* A device's value; one that is not in the script is not supported. */
static nvmlReturn_t value(device_t device, const char *name, unsigned long long *out) {
  char key[160];
  snprintf(key, sizeof key, "%s.%s", device->key, name);
  const char *text = script(key);
  if (!text) return NOT_SUPPORTED;
  *out = strtoull(text, NULL, 0);
  return SUCCESS;
}

static nvmlReturn_t text(device_t device, const char *name, char *out, unsigned length) {
  char key[160];
  snprintf(key, sizeof key, "%s.%s", device->key, name);
  const char *found = script(key);
  if (!found) return NOT_SUPPORTED;
  if (strlen(found) + 1 > length) return INSUFFICIENT_SIZE;
  strcpy(out, found);
  return SUCCESS;
}

#define BEGIN(device)                             \
  do {                                            \
    nvmlReturn_t code_ = begin(__func__, device); \
    if (code_ != SUCCESS) return code_;           \
  } while (0)

static nvmlReturn_t small(device_t device, const char *name, unsigned *out) {
  unsigned long long found = 0;
  if (!device || !out) return INVALID_ARGUMENT;
  nvmlReturn_t code = value(device, name, &found);
  if (code == SUCCESS) {
    *out = (unsigned)found;
    overrun(out, sizeof *out);
  }
  return code;
}

nvmlReturn_t nvmlInit_v2(void) {
  nvmlReturn_t code = begin(__func__, NULL);
  if (code != SUCCESS && code != UNINITIALIZED) return code;
  if (script("return.nvmlInit_v2")) return code;
  for (int i = 0; i < GPUS; i++) {
    snprintf(gpus[i].key, sizeof gpus[i].key, "gpu%d", i);
    gpus[i].gpu = i;
    gpus[i].instance = -1;
    for (int j = 0; j < INSTANCES; j++) {
      snprintf(instances[i][j].key, sizeof instances[i][j].key, "gpu%d.mig%d", i, j);
      instances[i][j].gpu = i;
      instances[i][j].instance = j;
    }
  }
  initialized++;
  return SUCCESS;
}

nvmlReturn_t nvmlShutdown(void) {
  BEGIN(NULL);
  initialized--;
  return SUCCESS;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned length) {
  BEGIN(NULL);
  const char *version = script("driver");
  if (!version) return NOT_SUPPORTED;
  snprintf(out, length, "%s", version);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *out) {
  BEGIN(NULL);
  *out = (unsigned)number("count", 0);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, device_t *out) {
  BEGIN(index < GPUS ? &gpus[index] : NULL);
  if (index >= number("count", 0)) return INVALID_ARGUMENT;
  *out = &gpus[index];
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUUID(device_t device, char *out, unsigned length) {
  BEGIN(device);
  return text(device, "uuid", out, length);
}

nvmlReturn_t nvmlDeviceGetName(device_t device, char *out, unsigned length) {
  BEGIN(device);
  return text(device, "name", out, length);
}

nvmlReturn_t nvmlDeviceGetMinorNumber(device_t device, unsigned *out) {
  BEGIN(device);
  return small(device, "minor", out);
}

nvmlReturn_t nvmlDeviceGetMigMode(device_t device, unsigned *current, unsigned *pending) {
  BEGIN(device);
  nvmlReturn_t code = small(device, "mig", current);
  if (code == SUCCESS) *pending = *current;
  return code;
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(device_t device, unsigned *out) {
  BEGIN(device);
  *out = INSTANCES - 1;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(device_t device, unsigned index, device_t *out) {
  BEGIN(device);
  char uuid[96];
  if (index >= INSTANCES) return INVALID_ARGUMENT;
  device_t instance = &instances[device->gpu][index];
  if (text(instance, "uuid", uuid, sizeof uuid) != SUCCESS) return NOT_FOUND;
  *out = instance;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetGpuInstanceId(device_t device, unsigned *out) {
  BEGIN(device);
  return small(device, "gi", out);
}

nvmlReturn_t nvmlDeviceGetComputeInstanceId(device_t device, unsigned *out) {
  BEGIN(device);
  return small(device, "ci", out);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(device_t device, utilization_t *out) {
  BEGIN(device);
  nvmlReturn_t code = small(device, "utilization", &out->gpu);
  if (code == SUCCESS) code = small(device, "memory_utilization", &out->memory);
  return code;
}

static nvmlReturn_t memory(device_t device, memory_v2_t *out) {
  nvmlReturn_t code = value(device, "memory_total", &out->total);
  if (code == SUCCESS) code = value(device, "memory_reserved", &out->reserved);
  if (code == SUCCESS) code = value(device, "memory_used", &out->used);
  if (code == SUCCESS) out->free = out->total - out->reserved - out->used;
  return code;
}

/* The first version counts what is reserved as used. */
nvmlReturn_t nvmlDeviceGetMemoryInfo(device_t device, memory_t *out) {
  BEGIN(device);
  memory_v2_t all;
  nvmlReturn_t code = memory(device, &all);
  if (code != SUCCESS) return code;
  out->total = all.total;
  out->free = all.free;
  out->used = all.used + all.reserved;
  overrun(out, sizeof *out);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPowerUsage(device_t device, unsigned *out) {
  BEGIN(device);
  return small(device, "power_mw", out);
}

nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(device_t device, unsigned *out) {
  BEGIN(device);
  return small(device, "power_limit_mw", out);
}

nvmlReturn_t nvmlDeviceGetTemperature(device_t device, int sensor, unsigned *out) {
  BEGIN(device);
  if (sensor != 0) return INVALID_ARGUMENT;
  return small(device, "temperature", out);
}

nvmlReturn_t nvmlDeviceGetClockInfo(device_t device, int type, unsigned *out) {
  static const char *names[] = {"clock_graphics", "clock_sm", "clock_mem", "clock_video"};
  BEGIN(device);
  if (type < 0 || type > 3) return INVALID_ARGUMENT;
  return small(device, names[type], out);
}

nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(device_t device, unsigned long long *out) {
  BEGIN(device);
  return value(device, "clock_events", out);
}

nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(device_t device, unsigned long long *out) {
  BEGIN(device);
  return value(device, "energy_mj", out);
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(device_t device, int type, int counter,
                                         unsigned long long *out) {
  BEGIN(device);
  if (type < 0 || type > 1 || counter != 0) return INVALID_ARGUMENT;
  return value(device, type ? "ecc_uncorrected" : "ecc_corrected", out);
}

nvmlReturn_t nvmlDeviceGetPcieThroughput(device_t device, int counter, unsigned *out) {
  BEGIN(device);
  return small(device, counter ? "pcie_rx_kbs" : "pcie_tx_kbs", out);
}

nvmlReturn_t nvmlEventSetCreate(int **out) {
  BEGIN(NULL);
  *out = &event_set;
  return SUCCESS;
}

nvmlReturn_t nvmlEventSetFree(int *set) {
  BEGIN(NULL);
  return set == &event_set ? SUCCESS : INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceRegisterEvents(device_t device, unsigned long long types, int *set) {
  BEGIN(device);
  if (set != &event_set || device->instance >= 0) return INVALID_ARGUMENT;
  return types == 8 ? SUCCESS : NOT_SUPPORTED;
}

/* event0 to eventN are told in their order, each once: "GPU XID [GPU-INSTANCE]". */
nvmlReturn_t nvmlEventSetWait_v2(int *set, event_t *out, unsigned timeout_ms) {
  BEGIN(NULL);
  if (set != &event_set || timeout_ms != 0) return INVALID_ARGUMENT;
  char key[32];
  snprintf(key, sizeof key, "event%d", events_told);
  const char *event = script(key);
  if (!event) return TIMEOUT;
  int gpu = 0, instance = -1;
  unsigned long long xid = 0;
  sscanf(event, "%d %llu %d", &gpu, &xid, &instance);
  events_told++;
  out->device = &gpus[gpu];
  out->eventType = 8;
  out->eventData = xid;
  out->gpuInstanceId = (unsigned)instance;
  out->computeInstanceId = 0xFFFFFFFFu;
  return SUCCESS;
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(device_t device, memory_v2_t *out) {
  BEGIN(device);
  if (out->version != 0x02000028u) return VERSION_MISMATCH;
  nvmlReturn_t code = memory(device, out);
  if (code == SUCCESS) overrun(out, sizeof *out);
  return code;
}

nvmlReturn_t nvmlDeviceGetTemperatureV(device_t device, temperature_t *out) {
  BEGIN(device);
  if (out->version != 0x0100000Cu) return VERSION_MISMATCH;
  return small(device, "temperature", (unsigned *)&out->temperature);
}

nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(device_t device, unsigned long long *out) {
  BEGIN(device);
  return value(device, "clock_events", out);
}

static int nvlink(unsigned field) { return (field >= 138 && field <= 141) || (field >= 201 && field <= 225); }

/* "fieldID VALUE" is an unsigned long long; "fieldID.32 VALUE" an unsigned int. */
nvmlReturn_t nvmlDeviceGetFieldValues(device_t device, int count, field_value_t *values) {
  BEGIN(device);
  for (int i = 0; i < count; i++) {
    char name[48];
    unsigned long long found = 0;
    snprintf(name, sizeof name, "return.field%u", values[i].fieldId);
    unsigned long long code = number(name, SUCCESS);
    if (code != SUCCESS) {
      values[i].nvmlReturn = (nvmlReturn_t)code;
      continue;
    }
    if (nvlink(values[i].fieldId) && values[i].scopeId != 0xFFFFFFFFu)
      snprintf(name, sizeof name, "field%u.link%u", values[i].fieldId, values[i].scopeId);
    else
      snprintf(name, sizeof name, "field%u", values[i].fieldId);
    values[i].nvmlReturn = value(device, name, &found);
    if (values[i].nvmlReturn == SUCCESS) {
      values[i].valueType = 3;
      values[i].value.ullVal = found;
      continue;
    }
    snprintf(name, sizeof name, "field%u.32", values[i].fieldId);
    if (value(device, name, &found) == SUCCESS) {
      values[i].nvmlReturn = SUCCESS;
      values[i].valueType = 1;
      values[i].value.uiVal = (unsigned)found;
    } else {
      values[i].nvmlReturn = INVALID_ARGUMENT;
    }
  }
  return SUCCESS;
}

nvmlReturn_t nvmlGpmQueryDeviceSupport(device_t device, gpm_support_t *out) {
  BEGIN(device);
  if (out->version != 1) return VERSION_MISMATCH;
  return small(device, "gpm", &out->isSupportedDevice) == SUCCESS ? SUCCESS : NOT_SUPPORTED;
}

nvmlReturn_t nvmlGpmSampleAlloc(gpm_sample_t *out) {
  BEGIN(NULL);
  *out = calloc(1, sizeof **out);
  return SUCCESS;
}

nvmlReturn_t nvmlGpmSampleFree(gpm_sample_t sample) {
  BEGIN(NULL);
  free(sample);
  return SUCCESS;
}

nvmlReturn_t nvmlGpmSampleGet(device_t device, gpm_sample_t sample) {
  BEGIN(device);
  if (device->instance >= 0) return INVALID_ARGUMENT;
  strcpy(sample->key, device->key);
  return SUCCESS;
}

nvmlReturn_t nvmlGpmMigSampleGet(device_t device, unsigned gpu_instance, gpm_sample_t sample) {
  BEGIN(device);
  for (int i = 0; i < INSTANCES; i++) {
    unsigned gi = 0;
    device_t instance = &instances[device->gpu][i];
    if (small(instance, "gi", &gi) == SUCCESS && gi == gpu_instance) {
      strcpy(sample->key, instance->key);
      return SUCCESS;
    }
  }
  return NOT_FOUND;
}

nvmlReturn_t nvmlGpmMetricsGet(gpm_metrics_t *request) {
  BEGIN(NULL);
  if (request->version != 1) return VERSION_MISMATCH;
  if (!request->sample1 || !request->sample2) return INVALID_ARGUMENT;
  if (!request->sample1->key[0] || strcmp(request->sample1->key, request->sample2->key))
    return INVALID_ARGUMENT;
  for (unsigned i = 0; i < request->numMetrics; i++) {
    gpm_metric_t *metric = &request->metrics[i];
    char key[96];
    snprintf(key, sizeof key, "%s.gpm%u", request->sample2->key, metric->metricId);
    const char *percent = script(key);
    metric->nvmlReturn = percent ? SUCCESS : NOT_SUPPORTED;
    metric->value = percent ? atof(percent) : 0;
  }
  return SUCCESS;
}
#endif
