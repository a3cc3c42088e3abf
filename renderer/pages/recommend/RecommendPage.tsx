import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function RecommendPage() {
  return (
    <Page title="Recommend">
      <Loading />
    </Page>
  );
}
