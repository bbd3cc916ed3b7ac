{{/* What all objects of a release are called: the release's name, with "streamgauge" in it. */}}
{{- define "streamgauge.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (.Values.nameOverride | default .Chart.Name) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (.Values.nameOverride | default .Chart.Name) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a selector goes by; never changes in the life of a release. */}}
{{- define "streamgauge.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: cluster
{{- end -}}

{{- define "streamgauge.labels" -}}
{{ include "streamgauge.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "streamgauge.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "streamgauge.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "streamgauge.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.name: needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the certificate that the webhook shows, whoever makes it. */}}
{{- define "streamgauge.certificateSecret" -}}
{{- if eq .Values.certificates.mode "existingSecret" -}}
{{- required "certificates.existingSecret: needed with certificates.mode existingSecret" .Values.certificates.existingSecret -}}
{{- else if eq .Values.certificates.mode "certManager" -}}
{{- printf "%s-webhook-tls" (include "streamgauge.fullname" .) -}}
{{- else -}}
{{- printf "%s-webhook" (include "streamgauge.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* Whether the leader writes caBundle: not where cert-manager does, and not where it is among the values. */}}
{{- define "streamgauge.keepsCaBundle" -}}
{{- if or (eq .Values.certificates.mode "selfManaged") (and (eq .Values.certificates.mode "existingSecret") (not .Values.certificates.caBundle)) -}}
true
{{- end -}}
{{- end -}}

{{/* Where a port of ours listens, of HOST:PORT. */}}
{{- define "streamgauge.adminPort" -}}9464{{- end -}}
{{- define "streamgauge.webhookPort" -}}8443{{- end -}}

{{/* How the sidecars are found, and their port of metrics by its name: as the injection makes them. */}}
{{- define "streamgauge.sidecarSelector" -}}
matchLabels:
  streamgauge.dev/injected: "true"
{{- end -}}
{{- define "streamgauge.sidecarPortName" -}}sg-metrics{{- end -}}
