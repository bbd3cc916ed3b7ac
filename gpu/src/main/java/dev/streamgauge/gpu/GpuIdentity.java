package dev.streamgauge.gpu;

/**
 * Which device it is.
 *
 * @param migProfile as {@code 1g.10gb}; empty where it is no MIG device
 */
public record GpuIdentity(String uuid, String name, String migProfile) {}
