{{/* The options of the cluster's part: the user's, and those that follow from other values. */}}
{{- define "streamgauge.options" -}}
{{- $fullname := include "streamgauge.fullname" . -}}
{{- $options := dict
      "admin" (printf "0.0.0.0:%s" (include "streamgauge.adminPort" .))
      "leaseName" $fullname
      "webhook" "off" -}}
{{- if .Values.webhook.enabled -}}
{{- $_ := set $options "webhook" (printf "0.0.0.0:%s" (include "streamgauge.webhookPort" .)) -}}
{{- $_ := set $options "policy" "/etc/streamgauge/policy.yaml" -}}
{{- $_ := set $options "webhookConfiguration" $fullname -}}
{{- $_ := set $options "webhookService" $fullname -}}
{{- $_ := set $options "webhookSecret" (printf "%s-webhook" $fullname) -}}
{{- if ne .Values.certificates.mode "selfManaged" -}}
{{- $_ := set $options "webhookCert" "/etc/streamgauge-tls/tls.crt" -}}
{{- $_ := set $options "webhookKey" "/etc/streamgauge-tls/tls.key" -}}
{{- if and (eq .Values.certificates.mode "existingSecret") (not .Values.certificates.caBundle) -}}
{{- $_ := set $options "webhookCa" "/etc/streamgauge-tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml (merge $options (deepCopy .Values.options)) -}}
{{- end -}}

{{/*
The policy: what is given, with the image of the release where it names none. Before 1.29 an init container's
restartPolicy is dropped: it would be an init container that never ends, and the pod would not start.
*/}}
{{- define "streamgauge.policy" -}}
{{- $policy := deepCopy .Values.injection -}}
{{- if not $policy.image -}}
{{- $_ := set $policy "image" (include "streamgauge.image" .) -}}
{{- end -}}
{{- if and (not $policy.sidecar) (semverCompare "<1.29.0-0" .Capabilities.KubeVersion.Version) -}}
{{- $_ := set $policy "sidecar" "ordinary" -}}
{{- end -}}
{{- if not $policy.proxy -}}
{{- $_ := unset $policy "proxy" -}}
{{- end -}}
{{- toYaml $policy -}}
{{- end -}}
