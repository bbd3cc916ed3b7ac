"""What the dashboards are narrowed by."""

from boards.panel import Variable

SOURCE = Variable("datasource", "Prometheus", kind="datasource")
NAMESPACE = Variable("namespace", "Namespace", 'label_values({__name__=~"streamgauge_build_info|streamgauge_pod_status"}, namespace)')
WORKLOAD = Variable("workload", "Workload", 'label_values(streamgauge_pod_status{namespace=~"$namespace"}, workload)')
POD = Variable("pod", "Pod", 'label_values(streamgauge_build_info{namespace=~"$namespace",pod=~"$workload.*"}, pod)')
ONE_POD = Variable("pod", "Pod", 'label_values(streamgauge_build_info{namespace=~"$namespace"}, pod)', multi=False)
MODEL = Variable("model", "Model", 'label_values(streamgauge_requests_total{namespace=~"$namespace",pod=~"$pod"}, model)')

OF_REPLICAS = (SOURCE, NAMESPACE, WORKLOAD, POD, MODEL)
OF_ONE_REPLICA = (SOURCE, NAMESPACE, ONE_POD, MODEL)
OF_THE_CLUSTER = (SOURCE, NAMESPACE, WORKLOAD)
OF_COST = (*OF_REPLICAS,
           Variable("kwh_price", "Price of a kWh", kind="textbox", default="0.25"),
           Variable("gpu_hour_price", "Price of a GPU's hour", kind="textbox", default="2.5"))
