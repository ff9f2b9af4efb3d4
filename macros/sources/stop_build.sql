{#
  Stops the build with one sentence. It may quote names from outside (of a file, a column, a setting): signs that cannot
  be seen or that turn a line around show as question marks.
#}
{% macro stop_build(sentence) %}
    {%- set unseen = '[\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]' -%}
    {%- do exceptions.raise_compiler_error(modules.re.sub(unseen, '\ufffd', sentence)) -%}
{% endmacro %}
