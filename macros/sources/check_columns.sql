{#
  Stops the build, in one sentence, when a file lacks a required column or names one twice (letter case ignored); columns
  that var `formats` takes from the path are not looked for.
#}
{% macro check_columns(file, found, required, from_path={}) %}
    {%- set lowered = found | map('lower') | list -%}
    {%- for column in required if column not in from_path -%}
        {%- if column not in lowered -%}
            {%- do stop_build(file ~ ' has no column "' ~ column ~ '"; columns found: '
                ~ found | join(', ') ~ '.') -%}
        {%- elif lowered.count(column) > 1 -%}
            {%- do stop_build(file ~ ' has the column "' ~ column ~ '" more than once; columns found: '
                ~ found | join(', ') ~ '.') -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
