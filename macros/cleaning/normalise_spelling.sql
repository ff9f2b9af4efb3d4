{#
  A spelling in the form the reference seeds are written in: lower case, е for ё, one space for hyphens and spaces of any
  width, nothing for signs that cannot be seen.
#}
{% macro normalise_spelling(column) -%}
    {%- set spaces = '-\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014\u2212' -%}
    {%- set unseen = '\u00ad\u200b\u200c\u200d\u2060\ufeff' -%}
    {%- set folded = "translate(lower(" ~ trimmed(column) ~ "), 'ё" ~ spaces ~ unseen ~ "', 'е" ~ ' ' * (spaces | length) ~ "')" -%}
    replace(replace({{ folded }}, '  ', ' '), '  ', ' ')
{%- endmacro %}
