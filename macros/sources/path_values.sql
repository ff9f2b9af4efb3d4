{#
  The columns that var `formats` says are in a file's path (path_columns), each as a SQL literal: of
  `clients/region=north/part.parquet` region is 'north'. Nothing else of a path is ever data.
#}
{% macro path_values(portfolio, file) %}
    {%- set values = {} -%}
    {%- for name in var('formats', {}).get(portfolio, {}).get('path_columns', []) -%}
        {%- set found = modules.re.search('(?:^|/)' ~ modules.re.escape(name) ~ '=([^/]*)/', file, modules.re.IGNORECASE) -%}
        {%- if not found -%}
            {%- do stop_build(file ~ ': formats says that its path holds ' ~ name ~ ', but there is no folder ' ~ name ~ '=….') -%}
        {%- endif -%}
        {%- set text = '' if found.group(1) == '__HIVE_DEFAULT_PARTITION__' else found.group(1) -%}
        {%- do values.update({name | lower: "'" ~ escape_quotes(text) ~ "'"}) -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}
