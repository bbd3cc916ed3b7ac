"""A Prometheus that finds pods by the API server, with the labels and ports of the chart's PodMonitor and ServiceMonitor."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import prometheus  # noqa: E402

CONFIG = """
global: {{scrape_interval: {interval}}}
scrape_configs:
- job_name: sidecars
  kubernetes_sd_configs: [{{role: pod, kubeconfig_file: "{kubeconfig}", namespaces: {{names: [{namespace}]}}}}]
  relabel_configs:
  - {{source_labels: [__meta_kubernetes_pod_container_port_name], action: keep, regex: sg-metrics}}
  - {{source_labels: [__meta_kubernetes_pod_phase], action: drop, regex: (Failed|Succeeded)}}
  - {{source_labels: [__meta_kubernetes_namespace], target_label: namespace}}
  - {{source_labels: [__meta_kubernetes_pod_name], target_label: pod}}
  - {{source_labels: [__meta_kubernetes_pod_container_name], target_label: container}}
- job_name: cluster
  honor_labels: true
  kubernetes_sd_configs: [{{role: pod, kubeconfig_file: "{kubeconfig}", namespaces: {{names: [{namespace}]}}}}]
  relabel_configs:
  - {{source_labels: [__meta_kubernetes_pod_container_port_name], action: keep, regex: admin}}
"""


def by(folder, namespace, interval):
    """The port of its API."""
    return prometheus.started(folder, CONFIG.format(interval=interval, kubeconfig=os.environ["KUBECONFIG"], namespace=namespace))
