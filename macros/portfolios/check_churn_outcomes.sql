{#
  Stops the build in one sentence when churn holds one outcome and empty fields: what an empty field means is for the bank to
  say, and without that everybody would have left.
#}
{% macro check_churn_outcomes() %}
    {%- do stop_at_first("(select portfolio || ': only one outcome of churn occurs (" ~ "' || case when min(cast(is_churned as integer)) = 1 then 'left' else 'stayed' end || '), and "
        ~ "' || count(*) filter (where is_churned is null) || ' clients have none: if an empty field means that a client stayed, say "
        ~ "empty_churn: stayed under portfolios in dbt_project.yml; otherwise fill it in the extract.' as sentence from " ~ ref('clients')
        ~ ' group by portfolio having count(is_churned) > 0 and count(*) > count(is_churned)'
        ~ ' and min(cast(is_churned as integer)) = max(cast(is_churned as integer))) as problems') -%}
{% endmacro %}
