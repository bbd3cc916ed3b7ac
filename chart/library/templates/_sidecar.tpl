{{/*
The sidecar as one element of a list of containers. What it takes: README.md beside this chart.
*/}}
{{- define "streamgauge.sidecar" -}}
{{- $known := list "image" "imagePullPolicy" "upstreamPort" "upstreamScheme" "listenPort" "listenPortName" "adminPort" "graceSeconds" "native" "options" "otlp" "resources" -}}
{{- range $key, $_ := . -}}
{{- if not (has $key $known) -}}
{{- fail (printf "streamgauge.sidecar: %s: unknown (expected: %s)" $key (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- $otlp := .otlp | default dict -}}
{{- range $key, $_ := $otlp -}}
{{- if not (has $key (list "serviceName" "attributes" "headersSecret")) -}}
{{- fail (printf "streamgauge.sidecar: otlp.%s: unknown (expected: serviceName, attributes, headersSecret)" $key) -}}
{{- end -}}
{{- end -}}
- name: streamgauge
  image: {{ required "streamgauge.sidecar: image: has to be given" .image }}
  {{- with .imagePullPolicy }}
  imagePullPolicy: {{ . }}
  {{- end }}
  args: [proxy]
  {{- if ne (toString .native) "false" }}
  restartPolicy: Always
  {{- end }}
  env:
    - name: STREAMGAUGE_LISTEN
      value: "0.0.0.0:{{ .listenPort | default 8080 }}"
    - name: STREAMGAUGE_UPSTREAM
      value: "{{ .upstreamScheme | default "http" }}://127.0.0.1:{{ required "streamgauge.sidecar: upstreamPort: has to be given" .upstreamPort }}"
    - name: STREAMGAUGE_ADMIN
      value: "0.0.0.0:{{ .adminPort | default 9464 }}"
    - name: STREAMGAUGE_POD_GRACE
      value: {{ .graceSeconds | default 30 | quote }}
    - name: STREAMGAUGE_POD
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
    - name: STREAMGAUGE_NAMESPACE
      valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
    - name: STREAMGAUGE_NODE
      valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
    {{- if ne (toString ((.options | default dict).otlpEndpoint | default "off")) "off" }}
    - name: NODE_IP
      valueFrom: {fieldRef: {fieldPath: status.hostIP}}
    - name: POD_UID
      valueFrom: {fieldRef: {fieldPath: metadata.uid}}
    - name: OTEL_RESOURCE_ATTRIBUTES
      value: {{ printf "k8s.pod.name=$(STREAMGAUGE_POD),k8s.namespace.name=$(STREAMGAUGE_NAMESPACE),k8s.node.name=$(STREAMGAUGE_NODE),k8s.pod.uid=$(POD_UID),k8s.container.name=streamgauge%s" (ternary (printf ",%s" $otlp.attributes) "" (not (empty $otlp.attributes))) | quote }}
    {{- with $otlp.serviceName }}
    - name: OTEL_SERVICE_NAME
      value: {{ . | quote }}
    {{- end }}
    {{- with $otlp.headersSecret }}
    - name: OTEL_EXPORTER_OTLP_HEADERS
      valueFrom: {secretKeyRef: {name: {{ (split "/" .)._0 }}, key: {{ (split "/" .)._1 }}, optional: true}}
    {{- end }}
    {{- end }}
    {{- range $key, $value := .options }}
    - name: {{ printf "STREAMGAUGE_%s" (snakecase $key | upper) }}
      {{- if kindIs "slice" $value }}
      value: {{ join ";" $value | quote }}
      {{- else if kindIs "bool" $value }}
      value: {{ ternary "on" "off" $value | quote }}
      {{- else if kindIs "float64" $value }}
      value: {{ $value | toJson | quote }}
      {{- else }}
      value: {{ $value | toString | quote }}
      {{- end }}
    {{- end }}
  ports:
    - name: {{ .listenPortName | default "sg-http" }}
      containerPort: {{ .listenPort | default 8080 }}
    - name: sg-metrics
      containerPort: {{ .adminPort | default 9464 }}
  startupProbe:
    httpGet: {path: /healthz, port: {{ .adminPort | default 9464 }}}
    periodSeconds: 1
    failureThreshold: 60
  readinessProbe:
    httpGet: {path: /readyz, port: {{ .adminPort | default 9464 }}}
    periodSeconds: 5
    timeoutSeconds: 2
  livenessProbe:
    httpGet: {path: /healthz, port: {{ .adminPort | default 9464 }}}
    periodSeconds: 10
    failureThreshold: 6
  resources:
    {{- toYaml (.resources | default (dict "requests" (dict "cpu" "100m" "memory" "256Mi") "limits" (dict "memory" "256Mi"))) | nindent 4 }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    capabilities: {drop: [ALL]}
    seccompProfile: {type: RuntimeDefault}
{{- end -}}
