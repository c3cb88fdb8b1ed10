{{/*
The groups of files/rules.yaml with the changes that the values under prometheusRule ask for. `tpl` is not used, because the
braces in the rules are templates of Prometheus.
*/}}
{{- define "bellwether.alertRules" -}}
{{- $values := .Values.prometheusRule }}
{{- $origin := "" }}
{{- range $values.aggregationLabels }}
{{- $origin = printf "%s{{ with $labels.%s }} (%s {{ . }}){{ end }}" $origin . . }}
{{- end }}
{{- $groups := list }}
{{- range $group := (.Files.Get "files/rules.yaml" | fromYaml).groups }}
{{- $rules := list }}
{{- range $rule := $group.rules }}
{{- with $values.aggregationLabels }}
{{- /* `on ()` matches on no labels and is not changed. */}}
{{- $_ := set $rule "expr" (regexReplaceAll `\b(by|on) \((\w)` $rule.expr (printf "$1 (%s, $2" (join ", " .))) }}
{{- end }}
{{- if $rule.alert }}
{{- $_ := set $rule.annotations "description" (print $rule.annotations.description $origin) }}
{{- $_ := set $rule.annotations "runbook_url" (replace "https://bellwether.dev/runbook" $values.runbookUrl $rule.annotations.runbook_url) }}
{{- with get (default dict $values.overrides) $rule.alert }}
{{- with .for }}{{ $_ := set $rule "for" . }}{{ end }}
{{- with .severity }}{{ $_ := set $rule.labels "severity" . }}{{ end }}
{{- end }}
{{- end }}
{{- if not (has $rule.alert $values.disabled) }}
{{- $rules = append $rules $rule }}
{{- end }}
{{- end }}
{{- with $rules }}
{{- $groups = append $groups (dict "name" $group.name "rules" .) }}
{{- end }}
{{- end }}
{{- dict "groups" $groups | toYaml }}
{{- end -}}
