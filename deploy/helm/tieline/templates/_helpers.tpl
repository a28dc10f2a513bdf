{{- define "tieline.name" -}}
{{- if contains "tieline" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-tieline" (.Release.Name | trunc 42 | trimSuffix "-") }}{{ end -}}
{{- end }}

{{- define "tieline.selector" -}}
app.kubernetes.io/name: tieline
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tieline.labels" -}}
{{ include "tieline.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end }}

{{- define "tieline.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ printf "%s@%s" .repository .digest | quote }}{{ else }}{{ printf "%s:%s" .repository (default $.Chart.AppVersion .tag) | quote }}{{ end }}
{{- end }}
{{- end }}

{{/* The restricted profile of pod security. */}}
{{- define "tieline.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "tieline.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "tieline.gitVariables" -}}
{{- if .Values.repository.existingSecret }}
- name: GIT_CONFIG_COUNT
  value: "1"
- name: GIT_CONFIG_KEY_0
  value: {{ printf "credential.%s.helper" .Values.repository.url | quote }}
- name: GIT_CONFIG_VALUE_0
  value: /opt/tieline/image/git-credential.sh /run/secrets/tieline/git/git-credential
{{- end }}
{{- end }}

{{- define "tieline.clone" -}}
- name: clone
  image: {{ include "tieline.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command: [/opt/tieline/image/clone.sh]
  args: [{{ .Values.repository.url | quote }}, /var/lib/tieline/config]
  {{- with include "tieline.gitVariables" . | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "tieline.locked" . | nindent 4 }}
  resources:
    requests: { cpu: 50m, memory: 128Mi }
    limits: { memory: 512Mi }
  volumeMounts:
    - { name: work, mountPath: /var/lib/tieline }
    - { name: tmp, mountPath: /tmp }
    {{- if .Values.repository.existingSecret }}
    - { name: git, mountPath: /run/secrets/tieline/git, readOnly: true }
    {{- end }}
{{- end }}

{{/* A secret as a volume of which one key is seen. */}}
{{- define "tieline.secretVolume" -}}
- name: {{ .name }}
  secret:
    secretName: {{ .secret | quote }}
    defaultMode: 0440
    items:
      - { key: {{ .key }}, path: {{ .key }} }
{{- end }}
